/** The `fineTuning.checkpoints` group. */
export * as permissions from './checkpoints/permissions.ts';
