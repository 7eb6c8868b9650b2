/** Intended differences of chat completions. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern:
      / (FunctionObject|ChatCompletionFunctions|ResponseFormatJsonSchema\.json_schema)\.name: (maxLength|pattern) is /,
    reason: 'the prose of every description has the rule for names (letters, digits, _ and -, at most 64)',
  },
  {
    pattern: / Create(Chat)?CompletionRequest\.logit_bias\{\}: (minimum is -100|maximum is 100) here, absent there$/,
    reason: 'the prose of every description has the range of a bias',
  },
  {
    pattern: / CreateChatCompletionRequest\.tools: maxItems is 128 here, absent there$/,
    reason: 'the prose of 2024-05 and 2025-04 allows 128 tools, and no description more',
  },
  {
    pattern: / CreateChatCompletionRequest\.max_(completion_)?tokens: minimum is 1 here, absent there$/,
    reason: 'an answer has at least one token; zero and less are refused by name',
  },
  {
    pattern: /^latest request CreateChatCompletionRequest\.top_logprobs: null is allowed here, not there$/,
    reason: 'the current description declares it three times, twice with null, as the older ones do',
  },
  {
    pattern:
      /^latest request ChatCompletionRequestMessageContentPartImage\.image_url: alternative string is only here$/,
    reason: 'the examples of 2024-05 send the bare URL, and so do old applications',
  },
  {
    pattern: / ChatCompletionRequestMessageContentPartImage\.image_url\.detail: has the values original only here$/,
    reason: 'newer than the description: the official client 7.57 sends it',
  },
  {
    pattern: /^\S+ request ChatCompletionRequestToolMessage\.name: is only here$/,
    reason: 'agents of LangChain name the function of a result; a template may show it, as with every role',
  },
  {
    pattern:
      /^2024-05 request CreateChatCompletionRequest\.response_format: no alternative object type=text\|json_object$/,
    reason: 'one object there, two here; each value of its type has its own alternative here',
  },
  {
    pattern: /^\S+ response ChatCompletion(Message)?List\.object: default is absent here, "list" there$/,
    reason: 'a response has no defaults: the property is always present',
  },
  {
    pattern: /^\S+ request chat\.completions\.list query "metadata": null is allowed there, not here$/,
    reason: 'a query cannot contain null',
  },
  {
    pattern: / response StoredChatCompletionMessage[.:]/,
    reason:
      'the descriptions give stored messages the type of a response; their example has other roles, names and parts, as requests have',
  },
  {
    pattern:
      /^latest response ChatCompletionMessageToolCallChunk\.(type: has the values custom only here|custom: is only here)$/,
    reason:
      'calls of custom tools are streamed as the official client 7.57 reads them; the description has only the complete call',
  },
];
