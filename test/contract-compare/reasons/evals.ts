/** Intended differences of evals, and of the graders that evals and fine-tuning share. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern: /^\S+ (request|response) (Eval)?GraderScoreModel\.range: (minItems|maxItems) is 2 here, absent there$/,
    reason: 'the description of today has both limits at the items of the list, under names that JSON Schema lacks',
  },
  {
    pattern:
      /\.(sampling_params\.seed|created_after|created_before): (minimum|maximum) is (0|-?9223372036854776000|9007199254740991) here, absent there$/,
    reason: 'the range of integers: 64 bits for seeds, exact numbers for Unix times',
  },
  {
    pattern: /\.(sampling_params\.max_completion_tokens|limit): minimum is 1 here, absent there$/,
    reason: 'no tokens and no rows are no data',
  },
  {
    pattern: /^\S+ response Eval\w*\.(object|type): default is absent here, "[\w.]+" there$/,
    reason: 'a response has no defaults: the property is always present',
  },
  {
    pattern: /^2025-04 response Eval\.testing_criteria: default is absent here, "eval" there$/,
    reason: 'a string is no default of a list',
  },
  {
    pattern: /^\S+ response DeleteEval(Run)?Response\.object: only eval(\.run)?\.deleted here, any value there$/,
    reason: 'the only value that the descriptions show',
  },
  {
    pattern: /^latest response DeleteEvalRunResponse\.(object|deleted|run_id): is required only here$/,
    reason: 'the response always has all three properties, like the response for an eval',
  },
  {
    pattern:
      /^latest (request|response) EasyInputMessage(\.content\[\]: alternative object type=(output_text|refusal)|\.(id|status):) is only here$/,
    reason: 'the schema of messages that clients of responses send back with every property of an answer',
  },
  {
    pattern: /^latest request CreateEvalTextSimilarityGrader\.name: is required only there$/,
    reason: 'clients of 2025-04 may omit the name',
  },
  {
    pattern:
      /^2025-04 (request|response) \S*GraderScoreModel\.sampling_params: further properties: none here, of any kind there$/,
    reason: 'the parameters that the description of today names; others are refused by name',
  },
  {
    pattern:
      /^2025-04 (request CreateEvalRunRequest|response EvalRun)\.data_source: no alternative object type=completions #2$/,
    reason: 'this data source has the type `responses` in the description of today',
  },
];
