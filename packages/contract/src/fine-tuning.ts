/** The `fineTuning` group. */
export * as alpha from './fine-tuning/alpha.ts';
export * as checkpoints from './fine-tuning/checkpoints.ts';
export * as jobs from './fine-tuning/jobs.ts';
