/** Sources of the rows of a run. */
import Type, { type Static } from 'typebox';
import { MAX_COUNT, TIME_RANGE } from '../../common/bounds.ts';
import { Metadata } from '../../common/metadata.ts';
import { ReasoningEffort } from '../../common/model-options.ts';
import { anyObject, named, nullable, ref } from '../../schema.ts';

export const EvalJsonlFileContentSource = named(
  'EvalJsonlFileContentSource',
  Type.Object({
    type: Type.Literal('file_content', { default: 'file_content' }),
    content: Type.Array(
      Type.Object({
        item: anyObject({ description: 'The values of `{{item.…}}`.' }),
        sample: Type.Optional(anyObject({ description: 'The values of `{{sample.…}}`.' })),
      }),
      { description: 'The rows.' },
    ),
  }),
);
export type EvalJsonlFileContentSource = Static<typeof EvalJsonlFileContentSource>;

export const EvalJsonlFileIdSource = named(
  'EvalJsonlFileIdSource',
  Type.Object({
    type: Type.Literal('file_id', { default: 'file_id' }),
    id: Type.String({ description: 'Id of a JSONL file with one row per line.' }),
  }),
);
export type EvalJsonlFileIdSource = Static<typeof EvalJsonlFileIdSource>;

const filter = (description: string) => Type.Optional(nullable(Type.String(), { description }));

export const EvalStoredCompletionsSource = named(
  'EvalStoredCompletionsSource',
  Type.Object({
    type: Type.Literal('stored_completions', { default: 'stored_completions' }),
    metadata: Type.Optional(ref(Metadata, { description: 'Only completions with all of these pairs.' })),
    model: filter('Only completions of this model.'),
    created_after: Type.Optional(nullable(Type.Integer(TIME_RANGE), { description: 'Unix time in seconds.' })),
    created_before: Type.Optional(nullable(Type.Integer(TIME_RANGE), { description: 'Unix time in seconds.' })),
    limit: Type.Optional(
      nullable(Type.Integer({ minimum: 1, maximum: MAX_COUNT }), { description: 'Maximum completions.' }),
    ),
  }),
);
export type EvalStoredCompletionsSource = Static<typeof EvalStoredCompletionsSource>;

const time = (description: string) => Type.Optional(nullable(Type.Integer(TIME_RANGE), { description }));
const names = (description: string) => Type.Optional(nullable(Type.Array(Type.String()), { description }));
const number = (description: string) => Type.Optional(nullable(Type.Number(), { description }));

export const EvalResponsesSource = named(
  'EvalResponsesSource',
  Type.Object({
    type: Type.Literal('responses'),
    metadata: Type.Optional(nullable(anyObject(), { description: 'Only responses with all of these pairs.' })),
    model: filter('Only responses of this model.'),
    instructions_search: filter('Only responses whose instructions contain this text.'),
    created_after: time('Unix time in seconds, included.'),
    created_before: time('Unix time in seconds, included.'),
    reasoning_effort: Type.Optional(ref(ReasoningEffort, { description: 'Only responses with this effort.' })),
    temperature: number('Only responses with this temperature.'),
    top_p: number('Only responses with this `top_p`.'),
    users: names('Only responses for these end users.'),
    tools: names('Only responses with these tools.'),
  }),
);
export type EvalResponsesSource = Static<typeof EvalResponsesSource>;
