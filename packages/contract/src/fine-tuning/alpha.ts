/** The `fineTuning.alpha` group. */
export * as graders from './alpha/graders.ts';
