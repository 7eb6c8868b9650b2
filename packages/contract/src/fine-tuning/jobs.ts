/** Fine-tuning jobs and their events: `fineTuning.jobs.*`. */
import Type from 'typebox';
import { operation } from '../operation.ts';
import { mapOf, nullable } from '../schema.ts';
import { fineTuningCursor } from './cursor.ts';
import { FineTuningJob, ListFineTuningJobEventsResponse, ListPaginatedFineTuningJobsResponse } from './jobs/objects.ts';
import { CreateFineTuningJobRequest } from './jobs/request.ts';

export * as checkpoints from './jobs/checkpoints.ts';

const JobParams = Type.Object({ fine_tuning_job_id: Type.String({ description: 'Id of the job.' }) });
const PATH = '/fine_tuning/jobs/{fine_tuning_job_id}';

export const create = operation({
  id: 'fineTuning.jobs.create',
  method: 'POST',
  path: '/fine_tuning/jobs',
  summary: 'Creates a fine-tuning job.',
  authority: 'project',
  body: CreateFineTuningJobRequest,
  response: FineTuningJob,
});

export const list = operation({
  id: 'fineTuning.jobs.list',
  method: 'GET',
  path: '/fine_tuning/jobs',
  summary: 'Lists the fine-tuning jobs of the project, newest first.',
  authority: 'project',
  query: Type.Object({
    ...fineTuningCursor(20),
    metadata: Type.Optional(
      nullable(mapOf(Type.String()), {
        description: 'Only jobs with all of these pairs: `metadata[topic]=cats`; or without any: `metadata=null`.',
      }),
    ),
  }),
  response: ListPaginatedFineTuningJobsResponse,
});

export const retrieve = operation({
  id: 'fineTuning.jobs.retrieve',
  method: 'GET',
  path: PATH,
  summary: 'Retrieves a fine-tuning job.',
  authority: 'project',
  params: JobParams,
  response: FineTuningJob,
});

export const cancel = operation({
  id: 'fineTuning.jobs.cancel',
  method: 'POST',
  path: `${PATH}/cancel`,
  summary: 'Cancels a fine-tuning job.',
  authority: 'project',
  params: JobParams,
  response: FineTuningJob,
});

export const pause = operation({
  id: 'fineTuning.jobs.pause',
  method: 'POST',
  path: `${PATH}/pause`,
  summary: 'Pauses a running fine-tuning job.',
  authority: 'project',
  params: JobParams,
  response: FineTuningJob,
});

export const resume = operation({
  id: 'fineTuning.jobs.resume',
  method: 'POST',
  path: `${PATH}/resume`,
  summary: 'Resumes a paused fine-tuning job.',
  authority: 'project',
  params: JobParams,
  response: FineTuningJob,
});

export const listEvents = operation({
  id: 'fineTuning.jobs.listEvents',
  method: 'GET',
  path: `${PATH}/events`,
  summary: 'Lists the events of a fine-tuning job, newest first.',
  authority: 'project',
  params: JobParams,
  query: Type.Object(fineTuningCursor(20)),
  response: ListFineTuningJobEventsResponse,
});
