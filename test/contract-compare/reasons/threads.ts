/** Intended differences of threads, messages and runs. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern:
      / (CreateMessageRequest\.content|MessageRequestContentTextObject\.text): (minLength is 1|maxLength is 256000) here, absent there$/,
    reason: 'the description of 2024-05 has both limits; a text part is as long as a text alone',
  },
  {
    pattern: / (CreateMessageRequest|MessageObject)\.attachments\[\]\.(file_id|tools): is required only here$/,
    reason: 'the descriptions require both of the list instead of its items; an attachment needs both',
  },
  {
    pattern:
      / MessageContentTextAnnotationsFileCitationObject\.file_citation\.quote: is (missing|required only there)$/,
    reason: 'newer descriptions have no quotes',
  },
  {
    pattern:
      /^latest response threads\.(createAndRun|runs\.create|runs\.submitToolOutputs) answer: text\/event-stream is only here$/,
    reason: 'the descriptions have the stream as the schema AssistantStreamEvent and in the prose of `stream`',
  },
  {
    pattern:
      / (RunObject|Create(ThreadAnd)?RunRequest)\.(truncation_strategy|tool_choice): null is allowed here, not there$/,
    reason: 'they are nullable there with keywords that OpenAPI 3.1 does not have',
  },
  {
    pattern: /^\S+ response RunObject\.tool_resources: is only here$/,
    reason: 'the examples of every description contain it',
  },
  {
    pattern: /^2024-05 response RunStepDetailsToolCallsFileSearchObject\.file_search: further properties:/,
    reason: 'it was always empty then; its present properties have names',
  },
  {
    pattern: / response RunObject\.tools: maxItems is 128 here, 20 there$/,
    reason: 'a run has the tools of its assistant, which may be 128',
  },
];
