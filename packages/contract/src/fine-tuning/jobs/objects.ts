/** Fine-tuning jobs, their events and their pages. */
import Type, { type Static } from 'typebox';
import { Metadata } from '../../common/metadata.ts';
import { anyObject, named, nullable, oneOf, ref } from '../../schema.ts';
import { fineTuningBatchSize, fineTuningHyperparameters } from '../hyperparameters.ts';
import { FineTuningIntegration } from '../integrations.ts';
import { FineTuneMethod } from '../methods.ts';

const MAX_INTEGRATIONS = 5;

export const FINE_TUNING_STATUSES = [
  'validating_files',
  'queued',
  'running',
  'paused',
  'succeeded',
  'failed',
  'cancelled',
] as const;
export type FineTuningStatus = (typeof FINE_TUNING_STATUSES)[number];

export const FineTuningJob = named(
  'FineTuningJob',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('fine_tuning.job'),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    error: nullable(
      Type.Object({
        code: Type.String(),
        message: Type.String(),
        param: nullable(Type.String(), { description: 'The parameter that caused the failure, e.g. `training_file`.' }),
      }),
      { description: 'Why the job failed.' },
    ),
    fine_tuned_model: nullable(Type.String(), { description: 'The new model, once the job has succeeded.' }),
    finished_at: nullable(Type.Integer(), { description: 'Unix time in seconds.' }),
    hyperparameters: Type.Object(
      { batch_size: Type.Optional(nullable(fineTuningBatchSize)), ...fineTuningHyperparameters },
      { description: 'Hyperparameters of a `supervised` job; empty for other methods.' },
    ),
    model: Type.String({ description: 'The base model.' }),
    organization_id: Type.String(),
    result_files: Type.Array(Type.String(), { description: 'Ids of files with the metrics.' }),
    status: oneOf(FINE_TUNING_STATUSES),
    trained_tokens: nullable(Type.Integer(), { description: 'Tokens that the finished job trained on.' }),
    training_file: Type.String({ description: 'Id of the file.' }),
    validation_file: nullable(Type.String(), { description: 'Id of the file.' }),
    integrations: Type.Optional(
      nullable(Type.Array(ref(FineTuningIntegration), { maxItems: MAX_INTEGRATIONS }), {
        description: 'Services that receive the metrics.',
      }),
    ),
    seed: Type.Integer({ description: 'The seed of the request, or the one that the server chose.' }),
    estimated_finish: Type.Optional(
      nullable(Type.Integer(), { description: 'Unix time in seconds; null unless the job runs.' }),
    ),
    method: Type.Optional(ref(FineTuneMethod)),
    metadata: Type.Optional(ref(Metadata)),
  }),
);
export type FineTuningJob = Static<typeof FineTuningJob>;

/** A page without ids of its ends. */
const pageOf = <T extends Parameters<typeof ref>[0]>(item: T) =>
  Type.Object({
    object: Type.Literal('list'),
    data: Type.Array(ref(item)),
    has_more: Type.Boolean({ description: 'Whether objects follow this page.' }),
  });

export const ListPaginatedFineTuningJobsResponse = named('ListPaginatedFineTuningJobsResponse', pageOf(FineTuningJob));
export type ListPaginatedFineTuningJobsResponse = Static<typeof ListPaginatedFineTuningJobsResponse>;

export const FineTuningJobEvent = named(
  'FineTuningJobEvent',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('fine_tuning.job.event'),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    level: oneOf(['info', 'warn', 'error']),
    message: Type.String(),
    type: Type.Optional(oneOf(['message', 'metrics'])),
    data: Type.Optional(anyObject({ description: 'The metrics of a `metrics` event.' })),
  }),
);
export type FineTuningJobEvent = Static<typeof FineTuningJobEvent>;

export const ListFineTuningJobEventsResponse = named('ListFineTuningJobEventsResponse', pageOf(FineTuningJobEvent));
export type ListFineTuningJobEventsResponse = Static<typeof ListFineTuningJobEventsResponse>;
