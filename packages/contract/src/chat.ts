/** The `chat` group. */
export * as completions from './chat/completions.ts';
