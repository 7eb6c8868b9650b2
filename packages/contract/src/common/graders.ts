/** Graders, which score or label outputs of models. Fine-tuning and evals share them. */
import Type, { type Static } from 'typebox';
import { named, nullable, oneOf, ref, tagged } from '../schema.ts';
import { MAX_COUNT } from './bounds.ts';
import { EvalItem } from './grader-inputs.ts';
import { ReasoningEffort } from './model-options.ts';
import { SEED_RANGE } from './sampling.ts';

const name = Type.String({ description: 'Name of the grader.' });
const template = (description: string) => Type.String({ description: `${description} May contain templates.` });

export const GraderStringCheck = named(
  'GraderStringCheck',
  Type.Object({
    type: Type.Literal('string_check'),
    name,
    input: template('The checked text.'),
    reference: template('The text to compare with.'),
    operation: oneOf(['eq', 'ne', 'like', 'ilike'], {
      description: 'Equal, not equal, contains, contains in any case.',
    }),
  }),
);
export type GraderStringCheck = Static<typeof GraderStringCheck>;

const METRICS = [
  'cosine',
  'fuzzy_match',
  'bleu',
  'gleu',
  'meteor',
  'rouge_1',
  'rouge_2',
  'rouge_3',
  'rouge_4',
  'rouge_5',
  'rouge_l',
] as const;

export const GraderTextSimilarity = named(
  'GraderTextSimilarity',
  Type.Object({
    type: Type.Literal('text_similarity', { default: 'text_similarity' }),
    name,
    input: template('The graded text.'),
    reference: template('The text to compare with.'),
    evaluation_metric: oneOf(METRICS, { description: 'The measure of similarity.' }),
  }),
);
export type GraderTextSimilarity = Static<typeof GraderTextSimilarity>;

export const GraderPython = named(
  'GraderPython',
  Type.Object({
    type: Type.Literal('python'),
    name,
    source: Type.String({ description: 'Python source that defines `grade(sample, item)`, which returns the score.' }),
    image_tag: Type.Optional(Type.String({ description: 'Version of the image that runs the source.' })),
  }),
);
export type GraderPython = Static<typeof GraderPython>;

/** `max_completions_tokens` is the name in the API, unlike `max_completion_tokens` elsewhere. */
const samplingParams = Type.Object(
  {
    seed: Type.Optional(nullable(Type.Integer(SEED_RANGE))),
    top_p: Type.Optional(nullable(Type.Number({ default: 1 }))),
    temperature: Type.Optional(nullable(Type.Number())),
    max_completions_tokens: Type.Optional(
      nullable(Type.Integer({ minimum: 1, maximum: MAX_COUNT }), {
        description: 'Maximum tokens that the grader model generates.',
      }),
    ),
    reasoning_effort: Type.Optional(ref(ReasoningEffort)),
  },
  { description: 'Sampling parameters of the grader model.' },
);

export const GraderScoreModel = named(
  'GraderScoreModel',
  Type.Object({
    type: Type.Literal('score_model'),
    name,
    model: Type.String({ description: 'The model that scores.' }),
    sampling_params: Type.Optional(samplingParams),
    input: Type.Array(ref(EvalItem), { description: 'Messages to the grader model. They may contain templates.' }),
    range: Type.Optional(
      Type.Array(Type.Number(), {
        minItems: 2,
        maxItems: 2,
        description: 'Minimum and maximum score. Default: 0 and 1.',
      }),
    ),
  }),
);
export type GraderScoreModel = Static<typeof GraderScoreModel>;

/** The labels of a label grader. */
export const graderLabels = {
  labels: Type.Array(Type.String(), { description: 'Labels of which the model chooses one.' }),
  passing_labels: Type.Array(Type.String(), { description: 'Labels that count as passed: a subset of `labels`.' }),
};

export const GraderLabelModel = named(
  'GraderLabelModel',
  Type.Object({
    type: Type.Literal('label_model'),
    name,
    model: Type.String({ description: 'The model that chooses the label. It must support structured outputs.' }),
    input: Type.Array(ref(EvalItem), { description: 'Messages to the grader model. They may contain templates.' }),
    ...graderLabels,
  }),
);
export type GraderLabelModel = Static<typeof GraderLabelModel>;

export const GraderMulti = named(
  'GraderMulti',
  Type.Object({
    type: Type.Literal('multi', { default: 'multi' }),
    name,
    graders: tagged('type', [
      GraderStringCheck,
      GraderTextSimilarity,
      GraderPython,
      GraderScoreModel,
      GraderLabelModel,
    ]),
    calculate_output: Type.String({ description: 'Formula of the score, over the names of the graders.' }),
  }),
);
export type GraderMulti = Static<typeof GraderMulti>;

/** A grader that yields a score. */
export const scoreGrader = (description: string) =>
  tagged('type', [GraderStringCheck, GraderTextSimilarity, GraderPython, GraderScoreModel, GraderMulti], {
    description,
  });
