/** Runs of assistants on threads: `threads.runs.*` and `threads.createAndRun`. */
import Type from 'typebox';
import {
  CreateRunRequestV1,
  CreateThreadAndRunRequestV1,
  ListRunsResponseV1,
  RunObjectV1,
} from '../assistants/v1-runs.ts';
import { beforeParam, pageQuery } from '../common/pages.ts';
import { operation } from '../operation.ts';
import { AssistantStreamEvent } from './runs/events.ts';
import { includeParam } from './runs/include.ts';
import { ListRunsResponse, RunObject } from './runs/objects.ts';
import {
  CreateRunRequest,
  CreateThreadAndRunRequest,
  ModifyRunRequest,
  SubmitToolOutputsRunRequest,
} from './runs/requests.ts';

export * as steps from './runs/steps.ts';

/** Enough for instructions and messages of 256,000 escaped characters each. */
const RUN_BYTES = 32 * 1024 ** 2;

const thread_id = Type.String({ description: 'Id of the thread.' });
const ThreadParams = Type.Object({ thread_id });
const RunParams = Type.Object({ thread_id, run_id: Type.String({ description: 'Id of the run.' }) });

const stream = { event: AssistantStreamEvent, framing: 'named' } as const;

export const createAndRun = operation({
  id: 'threads.createAndRun',
  method: 'POST',
  path: '/threads/runs',
  summary: 'Creates a thread and runs an assistant on it.',
  authority: 'project',
  beta: 'assistants',
  body: CreateThreadAndRunRequest,
  bodyLimit: RUN_BYTES,
  response: RunObject,
  versions: { 'assistants=v1': { body: CreateThreadAndRunRequestV1, response: RunObjectV1 } },
  stream,
});

export const create = operation({
  id: 'threads.runs.create',
  method: 'POST',
  path: '/threads/{thread_id}/runs',
  summary: 'Runs an assistant on a thread.',
  authority: 'project',
  beta: 'assistants',
  params: ThreadParams,
  query: includeParam,
  body: CreateRunRequest,
  bodyLimit: RUN_BYTES,
  response: RunObject,
  versions: { 'assistants=v1': { body: CreateRunRequestV1, response: RunObjectV1 } },
  stream,
});

export const list = operation({
  id: 'threads.runs.list',
  method: 'GET',
  path: '/threads/{thread_id}/runs',
  summary: 'Lists the runs of a thread.',
  authority: 'project',
  beta: 'assistants',
  params: ThreadParams,
  query: pageQuery({ limit: 20, max: 100 }, { before: beforeParam }),
  response: ListRunsResponse,
  versions: { 'assistants=v1': { response: ListRunsResponseV1 } },
});

export const retrieve = operation({
  id: 'threads.runs.retrieve',
  method: 'GET',
  path: '/threads/{thread_id}/runs/{run_id}',
  summary: 'Retrieves a run.',
  authority: 'project',
  beta: 'assistants',
  params: RunParams,
  response: RunObject,
  versions: { 'assistants=v1': { response: RunObjectV1 } },
});

export const update = operation({
  id: 'threads.runs.update',
  method: 'POST',
  path: '/threads/{thread_id}/runs/{run_id}',
  summary: 'Replaces the metadata of a run.',
  authority: 'project',
  beta: 'assistants',
  params: RunParams,
  body: ModifyRunRequest,
  response: RunObject,
  versions: { 'assistants=v1': { response: RunObjectV1 } },
});

export const cancel = operation({
  id: 'threads.runs.cancel',
  method: 'POST',
  path: '/threads/{thread_id}/runs/{run_id}/cancel',
  summary: 'Cancels an active run.',
  authority: 'project',
  beta: 'assistants',
  params: RunParams,
  response: RunObject,
  versions: { 'assistants=v1': { response: RunObjectV1 } },
});

export const submitToolOutputs = operation({
  id: 'threads.runs.submitToolOutputs',
  method: 'POST',
  path: '/threads/{thread_id}/runs/{run_id}/submit_tool_outputs',
  summary: 'Submits the tool outputs that a run waits for, and continues the run.',
  authority: 'project',
  beta: 'assistants',
  params: RunParams,
  body: SubmitToolOutputsRunRequest,
  bodyLimit: RUN_BYTES,
  response: RunObject,
  versions: { 'assistants=v1': { response: RunObjectV1 } },
  stream,
});
