/** Intended differences of legacy completions. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern: /^latest request CreateCompletionRequest\.prompt: is required only there$/,
    reason: 'it has a default in every description',
  },
  {
    pattern:
      / CreateCompletionRequest\.prompt(\[\])*: (minItems is 1|maxItems is 2048|minimum is 0) here, absent there$/,
    reason: 'an empty list of prompts requests nothing; token ids are not negative',
  },
  {
    pattern: / CreateCompletionRequest\.prompt\[\]: default is absent here, "" there$/,
    reason: 'a default of an item of a list has no effect',
  },
  {
    pattern: / CreateCompletionRequest\.seed: (minimum|maximum) is -?9223372036854776000 here, absent there$/,
    reason: 'its format is int64',
  },
  {
    pattern: / CompletionLogprobs\.(token_logprobs|top_logprobs)\[\]: null is allowed here, not there$/,
    reason: 'with `echo`, the first token of the prompt has none; the hosted service returns null too',
  },
  {
    pattern: /^latest response completions\.create answer: text\/event-stream is only here$/,
    reason: 'the description says in prose that the answer streams',
  },
];
