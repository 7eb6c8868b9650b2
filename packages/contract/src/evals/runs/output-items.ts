/** Results of the rows of a run: `evals.runs.outputItems.*`. */
import Type, { type Static } from 'typebox';
import { page, pageQuery } from '../../common/pages.ts';
import { operation } from '../../operation.ts';
import { anyObject, named, nullable, oneOf, ref } from '../../schema.ts';
import { EvalApiError, tokenCounts } from './objects.ts';

/** Graders add properties of their own. */
type Result = {
  name: string;
  type?: string;
  score: number;
  passed: boolean;
  sample?: Record<string, unknown> | null;
} & {
  [property: string]: unknown;
};

export const EvalRunOutputItemResult = named(
  'EvalRunOutputItemResult',
  Type.Unsafe<Result>(
    Type.Object(
      {
        name: Type.String({ description: 'Name of the grader.' }),
        type: Type.Optional(Type.String({ description: 'Type of the grader.' })),
        score: Type.Number(),
        passed: Type.Boolean(),
        sample: Type.Optional(nullable(anyObject({ description: 'Output of the grader model.' }))),
      },
      { additionalProperties: true },
    ),
  ),
);
export type EvalRunOutputItemResult = Static<typeof EvalRunOutputItemResult>;

const sample = Type.Object({
  input: Type.Array(Type.Object({ role: Type.String(), content: Type.String() }), {
    description: 'Messages to the model.',
  }),
  output: Type.Array(Type.Object({ role: Type.Optional(Type.String()), content: Type.Optional(Type.String()) }), {
    description: 'Messages of the model.',
  }),
  finish_reason: Type.String({ description: 'Why the generation ended.' }),
  model: Type.String(),
  usage: Type.Object(tokenCounts),
  error: ref(EvalApiError),
  temperature: Type.Number(),
  max_completion_tokens: Type.Integer(),
  top_p: Type.Number(),
  seed: Type.Integer(),
});

export const EvalRunOutputItem = named(
  'EvalRunOutputItem',
  Type.Object({
    object: Type.Literal('eval.run.output_item'),
    id: Type.String(),
    run_id: Type.String(),
    eval_id: Type.String(),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    status: Type.String({ description: '`pass` if every criterion passed, else e.g. `fail`.' }),
    datasource_item_id: Type.Integer({ description: 'Number of the row.' }),
    datasource_item: anyObject({ description: 'The row.' }),
    results: Type.Array(ref(EvalRunOutputItemResult), { description: 'One result per criterion.' }),
    sample,
  }),
);
export type EvalRunOutputItem = Static<typeof EvalRunOutputItem>;

export const EvalRunOutputItemList = page('EvalRunOutputItemList', EvalRunOutputItem);
export type EvalRunOutputItemList = Static<typeof EvalRunOutputItemList>;

const runParams = {
  eval_id: Type.String({ description: 'Id of the eval.' }),
  run_id: Type.String({ description: 'Id of the run.' }),
};
const PATH = '/evals/{eval_id}/runs/{run_id}/output_items';

export const list = operation({
  id: 'evals.runs.outputItems.list',
  method: 'GET',
  path: PATH,
  summary: 'Lists the output items of a run.',
  authority: 'project',
  params: Type.Object(runParams),
  query: pageQuery(
    { limit: 20, max: 100, order: 'asc' },
    { status: Type.Optional(oneOf(['fail', 'pass'], { description: 'Only items that failed, or that passed.' })) },
  ),
  response: EvalRunOutputItemList,
});

export const retrieve = operation({
  id: 'evals.runs.outputItems.retrieve',
  method: 'GET',
  path: `${PATH}/{output_item_id}`,
  summary: 'Retrieves an output item.',
  authority: 'project',
  params: Type.Object({ ...runParams, output_item_id: Type.String({ description: 'Id of the output item.' }) }),
  response: EvalRunOutputItem,
});
