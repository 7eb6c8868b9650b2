/** Runs of an eval. */
import Type, { type Static } from 'typebox';
import { Metadata } from '../../common/metadata.ts';
import { page } from '../../common/pages.ts';
import { named, ref } from '../../schema.ts';
import { runDataSource } from './data-sources.ts';

export const EvalApiError = named('EvalApiError', Type.Object({ code: Type.String(), message: Type.String() }));
export type EvalApiError = Static<typeof EvalApiError>;

const count = (description: string) => Type.Integer({ description });

export const tokenCounts = {
  prompt_tokens: count('Tokens of the prompts.'),
  completion_tokens: count('Generated tokens.'),
  total_tokens: count('Sum of prompt and completion tokens.'),
  cached_tokens: count('Tokens of the prompts that were read from the cache.'),
};

/** Spelled as in the API: runs of evals are `canceled`, other objects `cancelled`. */
export const EVAL_RUN_STATUSES = ['queued', 'in_progress', 'completed', 'canceled', 'failed'] as const;
export type EvalRunStatus = (typeof EVAL_RUN_STATUSES)[number];

export const EvalRun = named(
  'EvalRun',
  Type.Object({
    object: Type.Literal('eval.run'),
    id: Type.String(),
    eval_id: Type.String(),
    status: Type.String({ description: 'E.g. `queued`, `in_progress`, `completed`, `canceled` or `failed`.' }),
    model: Type.String({ description: 'The model that generates the samples.' }),
    name: Type.String(),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    report_url: Type.String({ description: 'URL of the report.' }),
    result_counts: Type.Object({
      total: count('Output items.'),
      errored: count('Output items without a result because of an error.'),
      failed: count('Output items that failed a criterion.'),
      passed: count('Output items that passed every criterion.'),
    }),
    per_model_usage: Type.Array(
      Type.Object({ model_name: Type.String(), invocation_count: count('Calls of the model.'), ...tokenCounts }),
    ),
    per_testing_criteria_results: Type.Array(
      Type.Object({
        testing_criteria: Type.String({ description: 'The criterion.' }),
        passed: count('Output items that passed.'),
        failed: count('Output items that failed.'),
      }),
    ),
    data_source: runDataSource,
    metadata: ref(Metadata),
    error: ref(EvalApiError),
  }),
);
export type EvalRun = Static<typeof EvalRun>;

export const EvalRunList = page('EvalRunList', EvalRun);
export type EvalRunList = Static<typeof EvalRunList>;
