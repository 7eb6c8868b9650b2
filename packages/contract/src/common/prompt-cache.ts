/**
 * Options of prompt caching. All are recorded hints: this server caches prefixes automatically and returns the same
 * answer.
 */
import Type, { type Static } from 'typebox';
import { named, oneOf, ref } from '../schema.ts';

export const PromptCacheBreakpointParam = named(
  'PromptCacheBreakpointParam',
  Type.Object(
    { mode: Type.Literal('explicit', { default: 'explicit' }) },
    { description: 'Marks the end of a prefix that will be sent again.' },
  ),
);
export type PromptCacheBreakpointParam = Static<typeof PromptCacheBreakpointParam>;

export const PromptCacheTTLEnum = named('PromptCacheTTLEnum', oneOf(['30m']));
export type PromptCacheTTLEnum = Static<typeof PromptCacheTTLEnum>;

export const PromptCacheModeEnum = named('PromptCacheModeEnum', oneOf(['implicit', 'explicit']));
export type PromptCacheModeEnum = Static<typeof PromptCacheModeEnum>;

export const PromptCacheOptionsParam = named(
  'PromptCacheOptionsParam',
  Type.Object({
    mode: Type.Optional(ref(PromptCacheModeEnum, { description: 'Whether a breakpoint is also set automatically.' })),
    ttl: Type.Optional(ref(PromptCacheTTLEnum, { description: 'Minimum lifetime of a cached prefix.' })),
  }),
);
export type PromptCacheOptionsParam = Static<typeof PromptCacheOptionsParam>;
