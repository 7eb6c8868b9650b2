/** Classification of harmful content: `moderations.create`. */
import Type, { type Static } from 'typebox';
import { operation } from './operation.ts';
import { named, nullable, oneOf, ref, tagged } from './schema.ts';

/** Images are sent as base64. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;
const MAX_INPUTS = 2048;

export const ModerationImageURLInput = named(
  'ModerationImageURLInput',
  Type.Object({
    type: Type.Literal('image_url'),
    image_url: Type.Object({ url: Type.String({ description: 'URL or data URL of the image.' }) }),
  }),
);
export type ModerationImageURLInput = Static<typeof ModerationImageURLInput>;

export const ModerationTextInput = named(
  'ModerationTextInput',
  Type.Object({ type: Type.Literal('text'), text: Type.String({ description: 'The text to classify.' }) }),
);
export type ModerationTextInput = Static<typeof ModerationTextInput>;

export const CreateModerationRequest = named(
  'CreateModerationRequest',
  Type.Object({
    input: Type.Union(
      [
        Type.String(),
        Type.Array(Type.String(), { maxItems: MAX_INPUTS }),
        Type.Array(tagged('type', [ModerationImageURLInput, ModerationTextInput]), { maxItems: MAX_INPUTS }),
      ],
      { description: 'One text, several texts with one result each, or texts and images with one common result.' },
    ),
    model: Type.Optional(Type.String({ default: 'omni-moderation-latest', description: 'Id of the model.' })),
  }),
);
export type CreateModerationRequest = Static<typeof CreateModerationRequest>;

const onlyText = () => Type.Array(Type.Literal('text'));
const textOrImage = () => Type.Array(oneOf(['text', 'image']));

/** Category → the types of input that it applies to. */
const INPUT_TYPES = {
  hate: onlyText(),
  'hate/threatening': onlyText(),
  harassment: onlyText(),
  'harassment/threatening': onlyText(),
  illicit: onlyText(),
  'illicit/violent': onlyText(),
  'self-harm': textOrImage(),
  'self-harm/intent': textOrImage(),
  'self-harm/instructions': textOrImage(),
  sexual: textOrImage(),
  'sexual/minors': onlyText(),
  violence: textOrImage(),
  'violence/graphic': textOrImage(),
};

export type ModerationCategory = keyof typeof INPUT_TYPES;

export const MODERATION_CATEGORIES = Object.keys(INPUT_TYPES) as readonly ModerationCategory[];

function forEachCategory<T extends Type.TSchema>(schema: () => T): Record<ModerationCategory, T> {
  return Object.fromEntries(MODERATION_CATEGORIES.map((name) => [name, schema()])) as Record<ModerationCategory, T>;
}

export const ModerationResult = named(
  'ModerationResult',
  Type.Object({
    flagged: Type.Boolean({ description: 'Whether any category applies.' }),
    categories: Type.Object(
      {
        ...forEachCategory(() => Type.Boolean()),
        illicit: nullable(Type.Boolean()),
        'illicit/violent': nullable(Type.Boolean()),
      },
      { description: 'Whether each category applies; null if the model does not have it.' },
    ),
    category_scores: Type.Object(
      forEachCategory(() => Type.Number()),
      { description: 'Score of each category, 0 to 1.' },
    ),
    category_applied_input_types: Type.Object(INPUT_TYPES, {
      description: 'The types of input that each score is about.',
    }),
  }),
);
export type ModerationResult = Static<typeof ModerationResult>;

export const CreateModerationResponse = named(
  'CreateModerationResponse',
  Type.Object({
    id: Type.String(),
    model: Type.String({ description: 'Id of the model that classified the input.' }),
    results: Type.Array(ref(ModerationResult), { description: 'One result per text, or one for all parts of a list.' }),
  }),
);
export type CreateModerationResponse = Static<typeof CreateModerationResponse>;

export const create = operation({
  id: 'moderations.create',
  method: 'POST',
  path: '/moderations',
  summary: 'Classifies texts and images by categories of harm.',
  authority: 'project',
  body: CreateModerationRequest,
  response: CreateModerationResponse,
  bodyLimit: BODY_LIMIT_BYTES,
});
