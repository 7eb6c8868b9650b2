/** Testing criteria of an eval: graders with the score from which an item passes. */
import Type, { type Static } from 'typebox';
import { EvalItem } from '../common/grader-inputs.ts';
import {
  GraderLabelModel,
  GraderPython,
  GraderScoreModel,
  GraderStringCheck,
  GraderTextSimilarity,
  graderLabels,
} from '../common/graders.ts';
import { named, ref, tagged } from '../schema.ts';

const passThreshold = Type.Number({ description: 'Minimum score of an item that passes.' });

export const EvalGraderLabelModel = named('EvalGraderLabelModel', Type.Object({ ...GraderLabelModel.properties }));
export type EvalGraderLabelModel = Static<typeof EvalGraderLabelModel>;

export const EvalGraderStringCheck = named('EvalGraderStringCheck', Type.Object({ ...GraderStringCheck.properties }));
export type EvalGraderStringCheck = Static<typeof EvalGraderStringCheck>;

export const EvalGraderTextSimilarity = named(
  'EvalGraderTextSimilarity',
  Type.Object({ ...GraderTextSimilarity.properties, pass_threshold: passThreshold }),
);
export type EvalGraderTextSimilarity = Static<typeof EvalGraderTextSimilarity>;

export const EvalGraderPython = named(
  'EvalGraderPython',
  Type.Object({ ...GraderPython.properties, pass_threshold: Type.Optional(passThreshold) }),
);
export type EvalGraderPython = Static<typeof EvalGraderPython>;

export const EvalGraderScoreModel = named(
  'EvalGraderScoreModel',
  Type.Object({ ...GraderScoreModel.properties, pass_threshold: Type.Optional(passThreshold) }),
);
export type EvalGraderScoreModel = Static<typeof EvalGraderScoreModel>;

/** A message with any role and one text, in the words of the Chat Completions API. */
export const simpleInputMessage = Type.Object({
  role: Type.String({ description: 'E.g. `system`, `user` or `assistant`.' }),
  content: Type.String({ description: 'The text. It may contain templates.' }),
});

export const CreateEvalItem = named('CreateEvalItem', Type.Union([simpleInputMessage, ref(EvalItem)]));
export type CreateEvalItem = Static<typeof CreateEvalItem>;

export const CreateEvalLabelModelGrader = named(
  'CreateEvalLabelModelGrader',
  Type.Object({
    type: Type.Literal('label_model'),
    name: Type.String({ description: 'Name of the grader.' }),
    model: Type.String({ description: 'The model that chooses the label. It must support structured outputs.' }),
    input: Type.Array(ref(CreateEvalItem), {
      description: 'Messages to the grader model. They may contain templates.',
    }),
    ...graderLabels,
  }),
);
export type CreateEvalLabelModelGrader = Static<typeof CreateEvalLabelModelGrader>;

/** The API description does not name it. Older clients may omit the name. */
export const CreateEvalTextSimilarityGrader = named(
  'CreateEvalTextSimilarityGrader',
  Type.Object({
    ...EvalGraderTextSimilarity.properties,
    name: Type.Optional(Type.String({ description: 'Name of the grader. The server chooses one when absent.' })),
  }),
);
export type CreateEvalTextSimilarityGrader = Static<typeof CreateEvalTextSimilarityGrader>;

/** In requests. */
export const newTestingCriterion = tagged('type', [
  CreateEvalLabelModelGrader,
  EvalGraderStringCheck,
  CreateEvalTextSimilarityGrader,
  EvalGraderPython,
  EvalGraderScoreModel,
]);

/** In responses. */
export const testingCriterion = tagged('type', [
  EvalGraderLabelModel,
  EvalGraderStringCheck,
  EvalGraderTextSimilarity,
  EvalGraderPython,
  EvalGraderScoreModel,
]);
