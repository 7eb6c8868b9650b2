/**
 * Compares evals with the types of the official client at compile time. The test asserts that the file was compiled.
 */
import type { OpenAI } from 'openai';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import type { EvalItem } from './common/grader-inputs.ts';
import type * as items from './evals/runs/output-items.ts';
import type * as runs from './evals/runs.ts';
import type * as evals from './evals.ts';
import type { BodyOf, ParamsOf, QueryOf, ResponseOf } from './operation.ts';

type Source = ResponseOf<typeof runs.create>['data_source'];
type Completions = Extract<Source, { type: 'completions' }>;
type EvalMessage = OpenAI.Graders.LabelModelGrader['input'][number];

/** The messages of a template have parts of answers too, which the client reads only in other types. */
type WithoutTemplate<Run extends { data_source: Source }> = Omit<Run, 'data_source'> & {
  data_source:
    | Exclude<Run['data_source'], { type: 'completions' }>
    | (Omit<Extract<Run['data_source'], { type: 'completions' }>, 'input_messages'> & {
        input_messages?: Exclude<NonNullable<Completions['input_messages']>, { type: 'template' }>;
      });
};

type SentSource = OpenAI.Evals.RunCreateParams['data_source'];
type SentResponses = Extract<SentSource, { type: 'responses' }>;
type SentSampling = NonNullable<SentResponses['sampling_params']>;

/** Tools are compared where responses are declared. In the client, the filter by metadata has any type. */
type WithoutTools = Omit<SentResponses, 'sampling_params' | 'source'> & {
  sampling_params: Omit<SentSampling, 'tools'>;
  source:
    | Exclude<SentResponses['source'], { type: 'responses' }>
    | Omit<Extract<SentResponses['source'], { type: 'responses' }>, 'metadata'>;
};

it('evals fit the types of the official client', () => {
  const checks: [
    Assignable<ResponseOf<typeof evals.create>, OpenAI.EvalCreateResponse>,
    Assignable<ResponseOf<typeof evals.retrieve>, OpenAI.EvalRetrieveResponse>,
    Assignable<ResponseOf<typeof evals.update>, OpenAI.EvalUpdateResponse>,
    Assignable<ResponseOf<typeof evals.list>['data'][number], OpenAI.EvalListResponse>,
    Assignable<ResponseOf<typeof evals.delete>, OpenAI.EvalDeleteResponse>,
  ] = [true, true, true, true, true];
  expect(checks).toHaveLength(5);
});

it('runs of evals and their output items fit the types of the official client', () => {
  const checks: [
    Assignable<WithoutTemplate<ResponseOf<typeof runs.create>>, OpenAI.Evals.RunCreateResponse>,
    Assignable<WithoutTemplate<ResponseOf<typeof runs.retrieve>>, OpenAI.Evals.RunRetrieveResponse>,
    Assignable<WithoutTemplate<ResponseOf<typeof runs.cancel>>, OpenAI.Evals.RunCancelResponse>,
    Assignable<WithoutTemplate<ResponseOf<typeof runs.list>['data'][number]>, OpenAI.Evals.RunListResponse>,
    Assignable<EvalItem, EvalMessage>,
    Assignable<EvalMessage, EvalItem>,
    Assignable<ResponseOf<typeof runs.delete>, OpenAI.Evals.RunDeleteResponse>,
    Assignable<ResponseOf<typeof items.retrieve>, OpenAI.Evals.Runs.OutputItemRetrieveResponse>,
    Assignable<ResponseOf<typeof items.list>['data'][number], OpenAI.Evals.Runs.OutputItemListResponse>,
  ] = [true, true, true, true, true, true, true, true, true];
  expect(checks).toHaveLength(9);
});

it('requests of the official client about evals fit the contract', () => {
  const checks: [
    Assignable<OpenAI.EvalCreateParams, BodyOf<typeof evals.create>>,
    Assignable<keyof BodyOf<typeof evals.create>, keyof OpenAI.EvalCreateParams>,
    Assignable<OpenAI.EvalUpdateParams, BodyOf<typeof evals.update>>,
    Assignable<keyof BodyOf<typeof evals.update>, keyof OpenAI.EvalUpdateParams>,
    Assignable<OpenAI.EvalListParams, Partial<QueryOf<typeof evals.list>>>,
    Assignable<keyof QueryOf<typeof evals.list>, keyof OpenAI.EvalListParams>,
  ] = [true, true, true, true, true, true];
  expect(checks).toHaveLength(6);
});

it('requests of the official client about runs of evals fit the contract', () => {
  const checks: [
    Assignable<Exclude<SentSource, SentResponses>, BodyOf<typeof runs.create>['data_source']>,
    Assignable<WithoutTools, BodyOf<typeof runs.create>['data_source']>,
    Assignable<Omit<OpenAI.Evals.RunCreateParams, 'data_source'>, Omit<BodyOf<typeof runs.create>, 'data_source'>>,
    Assignable<keyof BodyOf<typeof runs.create>, keyof OpenAI.Evals.RunCreateParams>,
    Assignable<OpenAI.Evals.RunListParams, Partial<QueryOf<typeof runs.list>>>,
    Assignable<keyof QueryOf<typeof runs.list>, keyof OpenAI.Evals.RunListParams>,
    Assignable<OpenAI.Evals.RunRetrieveParams, Omit<ParamsOf<typeof runs.retrieve>, 'run_id'>>,
    Assignable<OpenAI.Evals.RunDeleteParams, Omit<ParamsOf<typeof runs.delete>, 'run_id'>>,
    Assignable<OpenAI.Evals.RunCancelParams, Omit<ParamsOf<typeof runs.cancel>, 'run_id'>>,
    Assignable<Omit<OpenAI.Evals.Runs.OutputItemListParams, 'eval_id'>, Partial<QueryOf<typeof items.list>>>,
    Assignable<keyof QueryOf<typeof items.list>, keyof OpenAI.Evals.Runs.OutputItemListParams>,
    Assignable<OpenAI.Evals.Runs.OutputItemRetrieveParams, Omit<ParamsOf<typeof items.retrieve>, 'output_item_id'>>,
  ] = [true, true, true, true, true, true, true, true, true, true, true, true];
  expect(checks).toHaveLength(12);
});
