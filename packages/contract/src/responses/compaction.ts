/** Compaction of a conversation: request and result. */
import Type, { type Static } from 'typebox';
import { MAX_MESSAGES } from '../ceilings.ts';
import { PromptCacheOptionsParam } from '../common/prompt-cache.ts';
import { hint, named, nullable, oneOf, ref } from '../schema.ts';
import { ItemField, inputItems } from './items.ts';
import { ResponseUsage } from './response.ts';

export const PromptCacheRetentionEnum = named('PromptCacheRetentionEnum', oneOf(['in_memory', '24h']));
export type PromptCacheRetentionEnum = Static<typeof PromptCacheRetentionEnum>;

export const ServiceTierEnum = named('ServiceTierEnum', oneOf(['auto', 'default', 'fast', 'flex', 'priority']));
export type ServiceTierEnum = Static<typeof ServiceTierEnum>;

export const CompactResponseMethodPublicBody = named(
  'CompactResponseMethodPublicBody',
  Type.Object({
    model: nullable(Type.String(), { description: 'Id of the model that will read the result.' }),
    input: Type.Optional(
      nullable(Type.Union([Type.String({ maxLength: 10_485_760 }), inputItems(MAX_MESSAGES)]), {
        description: 'A text, or items.',
      }),
    ),
    previous_response_id: Type.Optional(
      nullable(Type.String(), { description: 'Id of the response whose conversation is compacted.' }),
    ),
    instructions: Type.Optional(nullable(Type.String(), { description: 'A system message before the input.' })),
    prompt_cache_key: Type.Optional(
      hint(nullable(Type.String({ maxLength: 64 }), { description: 'Groups requests that share a prefix.' })),
    ),
    prompt_cache_retention: Type.Optional(hint(nullable(ref(PromptCacheRetentionEnum, { deprecated: true })))),
    prompt_cache_options: Type.Optional(hint(nullable(ref(PromptCacheOptionsParam)))),
    service_tier: Type.Optional(hint(nullable(ref(ServiceTierEnum)))),
  }),
);
export type CompactResponseMethodPublicBody = Static<typeof CompactResponseMethodPublicBody>;

export const CompactResource = named(
  'CompactResource',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('response.compaction', { default: 'response.compaction' }),
    output: Type.Array(ref(ItemField), { description: 'The items that replace the conversation.' }),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    usage: ref(ResponseUsage),
  }),
);
export type CompactResource = Static<typeof CompactResource>;
