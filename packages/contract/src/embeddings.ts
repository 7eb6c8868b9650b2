/** Embeddings of texts: `embeddings.create`. */
import Type, { type Static } from 'typebox';
import { MAX_COUNT } from './common/bounds.ts';
import { operation } from './operation.ts';
import { hint, named, oneOf, ref } from './schema.ts';

const MAX_INPUTS = 2048;
/** Less than 2,048 texts of 8,192 tokens; texts that no local model accepts are refused earlier. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

const text = Type.String({ minLength: 1 });
const tokenId = Type.Integer({ minimum: 0, maximum: MAX_COUNT });
const several = { minItems: 1, maxItems: MAX_INPUTS };

export const CreateEmbeddingRequest = named(
  'CreateEmbeddingRequest',
  Type.Object({
    model: Type.String({ description: 'Id of the embedding model.' }),
    input: Type.Union(
      [
        text,
        Type.Array(text, several),
        Type.Array(tokenId, several),
        Type.Array(Type.Array(tokenId, { minItems: 1 }), several),
      ],
      { description: 'One or more texts, or the token ids of one or more texts.' },
    ),
    encoding_format: Type.Optional(
      oneOf(['float', 'base64'], {
        default: 'float',
        description: 'A list of numbers, or the same numbers as little-endian 32-bit floats in base64.',
      }),
    ),
    dimensions: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_COUNT,
        description: 'Number of leading dimensions to keep; the vectors are scaled to length 1.',
      }),
    ),
    user: Type.Optional(hint(Type.String({ description: 'Identifier of the end user, for abuse detection.' }))),
  }),
);
export type CreateEmbeddingRequest = Static<typeof CreateEmbeddingRequest>;

export const Embedding = named(
  'Embedding',
  Type.Object({
    object: Type.Literal('embedding'),
    index: Type.Integer({ description: 'Index of the input in the request.' }),
    embedding: Type.Union([Type.Array(Type.Number()), Type.String()], {
      description: 'A vector of length 1, as numbers or as base64 according to `encoding_format`.',
    }),
  }),
);
export type Embedding = Static<typeof Embedding>;

export const CreateEmbeddingResponse = named(
  'CreateEmbeddingResponse',
  Type.Object({
    object: Type.Literal('list'),
    data: Type.Array(ref(Embedding), { description: 'One vector per input, in the order of the inputs.' }),
    model: Type.String({ description: 'The model that computed the vectors.' }),
    usage: Type.Object({
      prompt_tokens: Type.Integer({ description: 'Tokens of all inputs.' }),
      total_tokens: Type.Integer({ description: 'Equal to `prompt_tokens`.' }),
    }),
  }),
);
export type CreateEmbeddingResponse = Static<typeof CreateEmbeddingResponse>;

export const create = operation({
  id: 'embeddings.create',
  method: 'POST',
  path: '/embeddings',
  summary: 'Converts texts to vectors. Similar meanings have similar vectors.',
  authority: 'project',
  body: CreateEmbeddingRequest,
  response: CreateEmbeddingResponse,
  bodyLimit: BODY_LIMIT_BYTES,
});
