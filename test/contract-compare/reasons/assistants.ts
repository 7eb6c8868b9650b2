/** Intended differences of assistants. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern:
      / AssistantsApiResponseFormatOption(<string>: has the values none only here|: no alternative object type=text\|json_object)$/,
    reason: 'the description of 2024-05 has `none`, and one object where there are two here',
  },
  {
    pattern: /^latest response AssistantObject\.reasoning_effort: is only here$/,
    reason: 'a request may set it, so the response contains it',
  },
  {
    pattern: /^\S+ response List(Assistants|Messages|Runs|RunSteps)Response\.object: only list here, any value there$/,
    reason: 'the only value that the descriptions show',
  },
  {
    pattern:
      /^latest request Create(Assistant|Thread)Request\.tool_resources\.file_search<object >\.vector_stores\[\]\.file_ids: maxItems is 10000 here, 100000000 there$/,
    reason: 'the limit of the older descriptions, and of a vector store here',
  },
  {
    pattern: / Create(Assistant|Thread)Request\.tool_resources\.file_search: no alternative object {2}#1$/,
    reason: 'one object with both ways to name a store; the handler refuses a request with both',
  },
  {
    pattern:
      /^any request (assistants|threads\.messages)\.files\.(create|list|retrieve|delete): no description has it$/,
    reason: 'operations of the Assistants API v1, which is older than the descriptions',
  },
];
