/** Evals: testing criteria and the shape of their data: `evals.*`. */
import Type, { type Static } from 'typebox';
import { Metadata } from './common/metadata.ts';
import { page, pageQuery } from './common/pages.ts';
import { newTestingCriterion, testingCriterion } from './evals/criteria.ts';
import {
  CreateEvalCustomDataSourceConfig,
  CreateEvalLogsDataSourceConfig,
  CreateEvalStoredCompletionsDataSourceConfig,
  EvalCustomDataSourceConfig,
  EvalLogsDataSourceConfig,
  EvalStoredCompletionsDataSourceConfig,
} from './evals/data-sources.ts';
import { operation } from './operation.ts';
import { clearable, named, oneOf, ref, tagged } from './schema.ts';

export * as runs from './evals/runs.ts';

export const Eval = named(
  'Eval',
  Type.Object({
    object: Type.Literal('eval'),
    id: Type.String(),
    name: Type.String(),
    data_source_config: tagged('type', [
      EvalCustomDataSourceConfig,
      EvalLogsDataSourceConfig,
      EvalStoredCompletionsDataSourceConfig,
    ]),
    testing_criteria: Type.Array(testingCriterion),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    metadata: ref(Metadata),
  }),
);
export type Eval = Static<typeof Eval>;

export const EvalList = page('EvalList', Eval);
export type EvalList = Static<typeof EvalList>;

export const CreateEvalRequest = named(
  'CreateEvalRequest',
  Type.Object(
    {
      name: Type.Optional(Type.String({ description: 'Name of the eval.' })),
      metadata: Type.Optional(ref(Metadata)),
      data_source_config: tagged(
        'type',
        [CreateEvalCustomDataSourceConfig, CreateEvalLogsDataSourceConfig, CreateEvalStoredCompletionsDataSourceConfig],
        { description: 'The data of the runs: custom rows, or stored completions.' },
      ),
      testing_criteria: Type.Array(newTestingCriterion, { description: 'Graders of each item of a run.' }),
    },
    { additionalProperties: false },
  ),
);
export type CreateEvalRequest = Static<typeof CreateEvalRequest>;

/** The API description does not name it. */
export const UpdateEvalRequest = named(
  'UpdateEvalRequest',
  clearable(
    Type.Object(
      {
        name: Type.Optional(Type.String({ description: 'New name of the eval.' })),
        metadata: Type.Optional(ref(Metadata, { description: 'Replaces the existing pairs; null deletes them.' })),
      },
      { additionalProperties: false },
    ),
  ),
);
export type UpdateEvalRequest = Static<typeof UpdateEvalRequest>;

/** The API description does not name it. */
export const DeleteEvalResponse = named(
  'DeleteEvalResponse',
  Type.Object({ object: Type.Literal('eval.deleted'), deleted: Type.Boolean(), eval_id: Type.String() }),
);
export type DeleteEvalResponse = Static<typeof DeleteEvalResponse>;

const EvalParams = Type.Object({ eval_id: Type.String({ description: 'Id of the eval.' }) });

export const create = operation({
  id: 'evals.create',
  method: 'POST',
  path: '/evals',
  summary: 'Creates an eval.',
  authority: 'project',
  body: CreateEvalRequest,
  status: 201,
  response: Eval,
});

export const list = operation({
  id: 'evals.list',
  method: 'GET',
  path: '/evals',
  summary: 'Lists the evals of the project.',
  authority: 'project',
  query: pageQuery(
    { limit: 20, max: 100, order: 'asc' },
    {
      order_by: Type.Optional(
        oneOf(['created_at', 'updated_at'], { default: 'created_at', description: 'The time that orders the list.' }),
      ),
    },
  ),
  response: EvalList,
});

export const retrieve = operation({
  id: 'evals.retrieve',
  method: 'GET',
  path: '/evals/{eval_id}',
  summary: 'Retrieves an eval.',
  authority: 'project',
  params: EvalParams,
  response: Eval,
});

export const update = operation({
  id: 'evals.update',
  method: 'POST',
  path: '/evals/{eval_id}',
  summary: 'Changes the name or the metadata of an eval.',
  authority: 'project',
  params: EvalParams,
  body: UpdateEvalRequest,
  response: Eval,
});

const deleteEval = operation({
  id: 'evals.delete',
  method: 'DELETE',
  path: '/evals/{eval_id}',
  summary: 'Deletes an eval and its runs.',
  authority: 'project',
  params: EvalParams,
  response: DeleteEvalResponse,
});

export { deleteEval as delete };
