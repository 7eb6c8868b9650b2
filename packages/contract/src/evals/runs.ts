/** Runs of an eval: `evals.runs.*`. */
import Type, { type Static } from 'typebox';
import { Metadata } from '../common/metadata.ts';
import { pageQuery } from '../common/pages.ts';
import { operation } from '../operation.ts';
import { named, oneOf, ref } from '../schema.ts';
import { runDataSource } from './runs/data-sources.ts';
import { EVAL_RUN_STATUSES, EvalRun, EvalRunList } from './runs/objects.ts';

export * as outputItems from './runs/output-items.ts';

export const CreateEvalRunRequest = named(
  'CreateEvalRunRequest',
  Type.Object(
    {
      name: Type.Optional(Type.String({ description: 'Name of the run.' })),
      metadata: Type.Optional(ref(Metadata)),
      data_source: runDataSource,
    },
    { additionalProperties: false },
  ),
);
export type CreateEvalRunRequest = Static<typeof CreateEvalRunRequest>;

/** The API description does not name it. */
export const DeleteEvalRunResponse = named(
  'DeleteEvalRunResponse',
  Type.Object({ object: Type.Literal('eval.run.deleted'), deleted: Type.Boolean(), run_id: Type.String() }),
);
export type DeleteEvalRunResponse = Static<typeof DeleteEvalRunResponse>;

const evalId = { eval_id: Type.String({ description: 'Id of the eval.' }) };
const EvalParams = Type.Object(evalId);
const RunParams = Type.Object({ ...evalId, run_id: Type.String({ description: 'Id of the run.' }) });

export const create = operation({
  id: 'evals.runs.create',
  method: 'POST',
  path: '/evals/{eval_id}/runs',
  summary: 'Starts a run of an eval.',
  authority: 'project',
  params: EvalParams,
  body: CreateEvalRunRequest,
  status: 201,
  response: EvalRun,
});

export const list = operation({
  id: 'evals.runs.list',
  method: 'GET',
  path: '/evals/{eval_id}/runs',
  summary: 'Lists the runs of an eval.',
  authority: 'project',
  params: EvalParams,
  query: pageQuery(
    { limit: 20, max: 100, order: 'asc' },
    { status: Type.Optional(oneOf(EVAL_RUN_STATUSES, { description: 'Only runs of this status.' })) },
  ),
  response: EvalRunList,
});

export const retrieve = operation({
  id: 'evals.runs.retrieve',
  method: 'GET',
  path: '/evals/{eval_id}/runs/{run_id}',
  summary: 'Retrieves a run.',
  authority: 'project',
  params: RunParams,
  response: EvalRun,
});

export const cancel = operation({
  id: 'evals.runs.cancel',
  method: 'POST',
  path: '/evals/{eval_id}/runs/{run_id}',
  summary: 'Cancels a run.',
  authority: 'project',
  params: RunParams,
  response: EvalRun,
});

const deleteRun = operation({
  id: 'evals.runs.delete',
  method: 'DELETE',
  path: '/evals/{eval_id}/runs/{run_id}',
  summary: 'Deletes a run and its output items.',
  authority: 'project',
  params: RunParams,
  response: DeleteEvalRunResponse,
});

export { deleteRun as delete };
