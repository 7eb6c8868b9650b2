/** Intended differences of moderations. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern: / CreateModerationRequest\.input: maxItems is 2048 here, absent there$/,
    reason: 'a limit on the work of one request',
  },
  {
    pattern: / CreateModerationRequest\.input\[\]: default is absent here, "" there$/,
    reason: 'a default of an item of a list has no effect',
  },
  {
    pattern: /^2024-05 request CreateModerationRequest\.model: default is "omni-moderation-latest" here, /,
    reason: 'the default of the current description',
  },
];
