/** Intended differences of shared parts of the API. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern:
      /\.(messages|additional_messages|content|logit_bias): (maxItems|maxProperties) is 2048 here, absent there$/,
    reason: 'a limit on the work of one request; the hosted service takes as many messages',
  },
  {
    pattern: /(request|response) Metadata(\{\})?: (maxProperties|propertyNames|maxLength) is .* here, absent there$/,
    reason: 'the prose of every description has the limits of metadata (16 pairs, 64 and 512 characters)',
  },
  {
    pattern: / \S+: maximum is 2147483647 here, absent there$/,
    reason: 'no count is larger; values like 1e308 would be accepted and fail later',
  },
  {
    pattern: /^\S+ request \S+ query "limit": (minimum|maximum) is \d+ here, absent there$/,
    reason: 'the prose of every list gives the range of its limit',
  },
  {
    pattern: /^\S+ response (List\w+|\w+List)\.(first_id|last_id): null is allowed here, not there$/,
    reason: 'an empty page has no first and no last object; the official clients take null',
  },
];
