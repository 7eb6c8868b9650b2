/** Bounds of integers whose limit the API leaves open. */

/** Largest count: what a 32-bit integer holds, since engines and upstreams keep counts in no more. */
export const MAX_COUNT = 2 ** 31 - 1;
