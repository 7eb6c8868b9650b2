/** Checkpoints of a fine-tuning job, which can be used like models: `fineTuning.jobs.checkpoints.*`. */
import Type, { type Static } from 'typebox';
import { operation } from '../../operation.ts';
import { named, nullable, ref } from '../../schema.ts';
import { fineTuningCursor } from '../cursor.ts';

const metric = (description: string) => Type.Optional(Type.Number({ description }));

export const FineTuningJobCheckpoint = named(
  'FineTuningJobCheckpoint',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('fine_tuning.job.checkpoint'),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    fine_tuned_model_checkpoint: Type.String({ description: 'Name of the checkpoint as a model.' }),
    step_number: Type.Integer({ description: 'Training steps before the checkpoint.' }),
    fine_tuning_job_id: Type.String(),
    metrics: Type.Object(
      {
        step: metric('Training steps.'),
        train_loss: metric('Loss on the last batch.'),
        train_mean_token_accuracy: metric('Share of right tokens on the last batch.'),
        valid_loss: metric('Loss on a validation batch.'),
        valid_mean_token_accuracy: metric('Share of right tokens on a validation batch.'),
        full_valid_loss: metric('Loss on the validation file.'),
        full_valid_mean_token_accuracy: metric('Share of right tokens on the validation file.'),
      },
      { description: 'Metrics at this step.' },
    ),
  }),
);
export type FineTuningJobCheckpoint = Static<typeof FineTuningJobCheckpoint>;

export const ListFineTuningJobCheckpointsResponse = named(
  'ListFineTuningJobCheckpointsResponse',
  Type.Object({
    object: Type.Literal('list'),
    data: Type.Array(ref(FineTuningJobCheckpoint)),
    first_id: Type.Optional(nullable(Type.String())),
    last_id: Type.Optional(nullable(Type.String())),
    has_more: Type.Boolean({ description: 'Whether objects follow this page.' }),
  }),
);
export type ListFineTuningJobCheckpointsResponse = Static<typeof ListFineTuningJobCheckpointsResponse>;

export const list = operation({
  id: 'fineTuning.jobs.checkpoints.list',
  method: 'GET',
  path: '/fine_tuning/jobs/{fine_tuning_job_id}/checkpoints',
  summary: 'Lists the checkpoints of a fine-tuning job.',
  authority: 'project',
  params: Type.Object({ fine_tuning_job_id: Type.String({ description: 'Id of the job.' }) }),
  query: Type.Object(fineTuningCursor(10)),
  response: ListFineTuningJobCheckpointsResponse,
});
