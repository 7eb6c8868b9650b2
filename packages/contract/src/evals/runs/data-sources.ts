/** The data of a run: rows with samples, or rows for which a model generates the samples. */
import Type, { type Static } from 'typebox';
import { ChatCompletionResponseFormat } from '../../chat/completions/response-format.ts';
import { ChatCompletionTool } from '../../chat/completions/tools.ts';
import { MAX_COUNT } from '../../common/bounds.ts';
import { EvalItem } from '../../common/grader-inputs.ts';
import { ReasoningEffort } from '../../common/model-options.ts';
import { SEED_RANGE } from '../../common/sampling.ts';
import { EasyInputMessage } from '../../responses/items/messages.ts';
import { TextResponseFormatConfiguration } from '../../responses/options.ts';
import { Tool } from '../../responses/tools.ts';
import { named, ref, tagged } from '../../schema.ts';
import { simpleInputMessage } from '../criteria.ts';
import {
  EvalJsonlFileContentSource,
  EvalJsonlFileIdSource,
  EvalResponsesSource,
  EvalStoredCompletionsSource,
} from './sources.ts';

const SOURCE = { description: 'The rows: the values of `{{item.…}}`.' };

export const CreateEvalJsonlRunDataSource = named(
  'CreateEvalJsonlRunDataSource',
  Type.Object({
    type: Type.Literal('jsonl', { default: 'jsonl' }),
    source: tagged('type', [EvalJsonlFileContentSource, EvalJsonlFileIdSource], SOURCE),
  }),
);
export type CreateEvalJsonlRunDataSource = Static<typeof CreateEvalJsonlRunDataSource>;

/** The API description does not name the kinds of input messages; a discriminated union requires names. */
export const EvalItemReferenceInputMessages = named(
  'EvalItemReferenceInputMessages',
  Type.Object({
    type: Type.Literal('item_reference'),
    item_reference: Type.String({ description: 'Name of the value with the messages, e.g. `item.messages`.' }),
  }),
);
export type EvalItemReferenceInputMessages = Static<typeof EvalItemReferenceInputMessages>;

export const EvalCompletionsTemplateInputMessages = named(
  'EvalCompletionsTemplateInputMessages',
  Type.Object({
    type: Type.Literal('template'),
    template: Type.Array(Type.Union([ref(EasyInputMessage), ref(EvalItem)]), {
      description: 'Messages to the model. They may contain templates.',
    }),
  }),
);
export type EvalCompletionsTemplateInputMessages = Static<typeof EvalCompletionsTemplateInputMessages>;

export const EvalResponsesTemplateInputMessages = named(
  'EvalResponsesTemplateInputMessages',
  Type.Object({
    type: Type.Literal('template'),
    template: Type.Array(Type.Union([simpleInputMessage, ref(EvalItem)]), {
      description: 'Messages to the model. They may contain templates.',
    }),
  }),
);
export type EvalResponsesTemplateInputMessages = Static<typeof EvalResponsesTemplateInputMessages>;

const MESSAGES = { description: 'The input of the model.' };

const model = Type.Optional(Type.String({ description: 'The model that generates the samples.' }));

const samplingParams = {
  reasoning_effort: Type.Optional(ref(ReasoningEffort)),
  temperature: Type.Optional(Type.Number({ default: 1 })),
  max_completion_tokens: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_COUNT, description: 'Maximum tokens of a sample.' }),
  ),
  top_p: Type.Optional(Type.Number({ default: 1 })),
  seed: Type.Optional(Type.Integer({ ...SEED_RANGE, default: 42 })),
};

export const CreateEvalCompletionsRunDataSource = named(
  'CreateEvalCompletionsRunDataSource',
  Type.Object({
    type: Type.Literal('completions', { default: 'completions' }),
    input_messages: Type.Optional(
      tagged('type', [EvalCompletionsTemplateInputMessages, EvalItemReferenceInputMessages], MESSAGES),
    ),
    sampling_params: Type.Optional(
      Type.Object({
        ...samplingParams,
        response_format: Type.Optional(ChatCompletionResponseFormat),
        tools: Type.Optional(
          Type.Array(ref(ChatCompletionTool), { description: 'Functions that the model may call.' }),
        ),
      }),
    ),
    model,
    source: tagged('type', [EvalJsonlFileContentSource, EvalJsonlFileIdSource, EvalStoredCompletionsSource], SOURCE),
  }),
);
export type CreateEvalCompletionsRunDataSource = Static<typeof CreateEvalCompletionsRunDataSource>;

export const CreateEvalResponsesRunDataSource = named(
  'CreateEvalResponsesRunDataSource',
  Type.Object({
    type: Type.Literal('responses', { default: 'responses' }),
    input_messages: Type.Optional(
      tagged('type', [EvalResponsesTemplateInputMessages, EvalItemReferenceInputMessages], MESSAGES),
    ),
    sampling_params: Type.Optional(
      Type.Object({
        ...samplingParams,
        tools: Type.Optional(Type.Array(ref(Tool), { description: 'Tools that the model may use.' })),
        text: Type.Optional(Type.Object({ format: Type.Optional(ref(TextResponseFormatConfiguration)) })),
      }),
    ),
    model,
    source: tagged('type', [EvalJsonlFileContentSource, EvalJsonlFileIdSource, EvalResponsesSource], SOURCE),
  }),
);
export type CreateEvalResponsesRunDataSource = Static<typeof CreateEvalResponsesRunDataSource>;

export const runDataSource = tagged('type', [
  CreateEvalJsonlRunDataSource,
  CreateEvalCompletionsRunDataSource,
  CreateEvalResponsesRunDataSource,
]);
