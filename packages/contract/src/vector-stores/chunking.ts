/** Chunking strategies of files, in requests and responses. */
import Type, { type Static } from 'typebox';
import { named, ref, tagged } from '../schema.ts';

const MAX_CHUNK_TOKENS = 4096;

/** The strategy that `auto` selects. */
export const AUTO_CHUNKING = { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 };

export const AutoChunkingStrategyRequestParam = named(
  'AutoChunkingStrategyRequestParam',
  Type.Object({ type: Type.Literal('auto') }, { additionalProperties: false }),
);

export const StaticChunkingStrategy = named(
  'StaticChunkingStrategy',
  Type.Object(
    {
      max_chunk_size_tokens: Type.Integer({
        minimum: 100,
        maximum: MAX_CHUNK_TOKENS,
        description: `Maximum tokens per chunk, 100 to ${MAX_CHUNK_TOKENS}.`,
      }),
      chunk_overlap_tokens: Type.Integer({
        minimum: 0,
        maximum: MAX_CHUNK_TOKENS / 2,
        description: 'Tokens that adjacent chunks share: at most half of `max_chunk_size_tokens`.',
      }),
    },
    { additionalProperties: false },
  ),
);
export type StaticChunkingStrategy = Static<typeof StaticChunkingStrategy>;

export const StaticChunkingStrategyRequestParam = named(
  'StaticChunkingStrategyRequestParam',
  Type.Object({ type: Type.Literal('static'), static: ref(StaticChunkingStrategy) }, { additionalProperties: false }),
);

export const ChunkingStrategyRequestParam = named(
  'ChunkingStrategyRequestParam',
  tagged('type', [AutoChunkingStrategyRequestParam, StaticChunkingStrategyRequestParam], {
    description: '`auto` (chunks of 800 tokens with an overlap of 400) or `static` with custom sizes.',
  }),
);
export type ChunkingStrategyRequestParam = Static<typeof ChunkingStrategyRequestParam>;

export const StaticChunkingStrategyResponseParam = named(
  'StaticChunkingStrategyResponseParam',
  Type.Object({ type: Type.Literal('static'), static: ref(StaticChunkingStrategy) }, { additionalProperties: false }),
);
