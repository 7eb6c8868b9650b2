/** How long a run may take, also while it waits for outputs. */
export const RUN_EXPIRY_MS = 600_000;
