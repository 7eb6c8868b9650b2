/** The steps of a run, its messages and tool calls: `threads.runs.steps.*`. */
import Type from 'typebox';
import { ListRunStepsResponseV1, RunStepObjectV1 } from '../../assistants/v1-runs.ts';
import { beforeParam, pageQuery } from '../../common/pages.ts';
import { operation } from '../../operation.ts';
import { includeParam } from './include.ts';
import { ListRunStepsResponse, RunStepObject } from './step-objects.ts';

const place = {
  thread_id: Type.String({ description: 'Id of the thread.' }),
  run_id: Type.String({ description: 'Id of the run.' }),
};

export const list = operation({
  id: 'threads.runs.steps.list',
  method: 'GET',
  path: '/threads/{thread_id}/runs/{run_id}/steps',
  summary: 'Lists the steps of a run.',
  authority: 'project',
  beta: 'assistants',
  params: Type.Object(place),
  query: pageQuery({ limit: 20, max: 100 }, { before: beforeParam, ...includeParam.properties }),
  response: ListRunStepsResponse,
  versions: { 'assistants=v1': { response: ListRunStepsResponseV1 } },
});

export const retrieve = operation({
  id: 'threads.runs.steps.retrieve',
  method: 'GET',
  path: '/threads/{thread_id}/runs/{run_id}/steps/{step_id}',
  summary: 'Retrieves a step.',
  authority: 'project',
  beta: 'assistants',
  params: Type.Object({ ...place, step_id: Type.String({ description: 'Id of the step.' }) }),
  query: includeParam,
  response: RunStepObject,
  versions: { 'assistants=v1': { response: RunStepObjectV1 } },
});
