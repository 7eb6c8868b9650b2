/** Intended differences of fine-tuning. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern:
      /\.(learning_rate_multiplier|beta|compute_multiplier): (exclusiveMinimum is \S+ here, true there|minimum is absent here, \S+ there)$/,
    reason: 'the descriptions write an exclusive minimum as in OpenAPI 3.0, the contract as in 3.1',
  },
  {
    pattern: /^latest response FineTuningJob\.status: has the values paused only here$/,
    reason: 'the example of pausing a job shows it',
  },
  {
    pattern: /^latest request CreateFineTuningJobRequest\.method\.type: is required only there$/,
    reason: 'clients of 2025-04 may omit it',
  },
  {
    pattern: /^2025-04 response FineTuningJob\.hyperparameters\.batch_size: null is allowed here, not there$/,
    reason: 'the description of today allows null',
  },
  {
    pattern: /^2024-05 response FineTuningJob\.hyperparameters\.n_epochs: is required only there$/,
    reason: 'jobs of the newer methods have no hyperparameters here',
  },
];
