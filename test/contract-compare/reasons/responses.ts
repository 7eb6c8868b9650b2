/** Intended differences of `responses.*` and `conversations.*`. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern: /^\S+ response ResponseErrorCode: has the values? context_length_exceeded only here$/,
    reason: 'the hosted API fails a response with this code, which its descriptions do not list',
  },
  {
    pattern: /^\S+ (request|response) InputImageContentParam\.detail: is required only there$/,
    reason: 'clients leave it out of requests; `auto` is the default of the prose',
  },
  {
    pattern:
      /^latest (request|response) InputMessageItem(\.content\[\]: alternative object type=(output_text|refusal)|\.(id|status):) is only here$/,
    reason: 'one schema for the messages of requests, which the descriptions split into three with the same type',
  },
  {
    pattern: /^\S+ (request|response) InputItem: no alternative object type=message #[12]$/,
    reason: 'one schema for the messages of requests accepts all three forms',
  },
  {
    pattern:
      /^latest (request|response) InputItem: alternative object type=(message #30|item_reference #31) is only here$/,
    reason: 'an item without a type is a message or a reference, as the descriptions allow',
  },
  {
    pattern: /^\S+ (request|response) ComputerToolCall(Param)?\.pending_safety_checks: is required only there$/,
    reason: 'the Agents SDK leaves it out of requests; the server returns it always',
  },
  {
    pattern: /^\S+ (request|response) ItemReference\.type: null is allowed there, not here$/,
    reason: 'null means absent for every optional property of a request',
  },
  {
    pattern: /^\S+ (request|response) (InputMessageItem|ItemReference)\.type: is required only here$/,
    reason: 'items without a type have schemas of their own, because a discriminator requires the type',
  },
  {
    pattern:
      /^latest (request|response) (FunctionTool|FunctionToolParam)\.(parameters|output_schema): further properties: of any kind here, of one schema there$/,
    reason: 'a JSON Schema of the client, which the description types as a map of any values',
  },
  {
    pattern:
      /^\S+ (request|response) (FileSearchTool\.max_num_results|RankingOptions\.score_threshold): (minimum|maximum) is \d+ here, absent there$/,
    reason: 'the range stands in the prose of every description',
  },
  {
    pattern:
      /^latest (request|response) (LocalShellToolCallOutput\.call_id|MCPApprovalResponse(Resource)?\.request_id|ResponseAudio\w+\.response_id): is required only there$/,
    reason: 'a property that the description requires but does not have',
  },
  {
    pattern: /^latest (request|response) LocalShellToolCallOutput\.call_id: is only here$/,
    reason: 'the description requires the property, which clients send, but does not have it',
  },
  {
    pattern: /^latest response Response\.(presence|frequency)_penalty: is only here$/,
    reason: 'the hosted API returns it, and the Open Responses specification requires it',
  },
  {
    pattern: /^\S+ response Response\.usage: null is allowed here, not there$/,
    reason: 'null until the response has ended, as in the hosted API and the Open Responses specification',
  },
  {
    pattern: /^latest request CreateResponse\.client_metadata: is only here$/,
    reason: 'Codex sends it',
  },
  {
    pattern: /^latest response (ConversationResource\.metadata: null is allowed here, not|Metadata: .*)/,
    reason: 'the description allows any value; the server returns pairs of strings',
  },
  {
    pattern:
      /^latest request (conversations\.items|responses\.inputItems)\.list query "order": default is "desc" here, absent there$/,
    reason: 'the default stands in the prose',
  },
  {
    pattern: /^latest request responses\.inputItems\.list query "before": is only here$/,
    reason: 'the description of 2025-04 has it',
  },
  {
    pattern: /^latest response ComputerCallOutputStatus: has the values failed only here$/,
    reason: 'the description names it for items of conversations only',
  },
  {
    pattern:
      /^(latest|2025-04) response (ComparisonFilter\.type: default|CompoundFilter\.filters(\[\])?: |Filters: no alternative)/,
    reason: 'the filters of a search, as in requests to vector stores',
  },
  {
    pattern: /^2025-04 request Filters: no alternative object type=eq\|ne\|gt\|gte\|lt\|lte$/,
    reason: 'the comparisons of 2025-04 are among those of today',
  },
  {
    pattern: /^\S+ (request|response) TextResponseFormatJsonSchema\.name: (maxLength|pattern) is /,
    reason: 'the rule for names (letters, digits, _ and -, at most 64) stands in the prose of every description',
  },
  {
    pattern: /^latest request CompactResponseMethodPublicBody\.model: no alternative string #1$/,
    reason: 'the names of models are a part of all strings',
  },
  {
    pattern:
      /^\S+ request (CreateResponse|CompactResponseMethodPublicBody|TokenCountsBody)\.(input|tools): maxItems is (2048|128) here, absent there$/,
    reason: 'limits that bound the work of one request',
  },
  {
    pattern: /^latest request CreateResponse\.top_logprobs: null is allowed here, not there$/,
    reason: 'the description repeats it with null, and the official client sends null',
  },
  {
    pattern: /^latest request CreateResponse\.max_tool_calls: minimum is 1 here, absent there$/,
    reason: 'no call at all is `tool_choice: "none"`',
  },
  {
    pattern:
      /^\S+ request FunctionToolParam\.(name: (minLength|maxLength|pattern) is|allowed_callers: minItems is 1 here|(strict|parameters): is required only there)/,
    reason: 'functions follow the schema of functions in namespaces; examples leave `strict` and `parameters` out',
  },
  {
    pattern: / (request|response) [\w.<>=| ]+(\[\])?(\.\w+)*: minimum is -2147483647 here, absent there$/,
    reason: 'engines and clients store integers in 32 bits',
  },
  {
    pattern: /^latest response responses\.delete answer: application\/json is only here$/,
    reason: 'the examples return the id and `deleted`',
  },
  {
    pattern: /^latest response responses\.retrieve answer: text\/event-stream is only here$/,
    reason: 'the prose of the parameter `stream` describes the events',
  },
  {
    pattern: /^2025-04 request CreateResponse\.max_output_tokens: minimum is 16 here, absent there$/,
    reason: 'the minimum of the current description',
  },
  {
    pattern: /^2025-04 (request|response) ToolChoiceParam: no alternative object type=file_search\|/,
    reason: 'the types of 2025-04 are among those of today',
  },
  {
    pattern: /^2025-04 response (ComputerCallSafetyCheckParam|ComputerToolCall|ComputerCallOutputStatus)[.:]/,
    reason: 'calls of a computer, which the server does not make',
  },
  {
    pattern:
      /^2025-04 response (ResponseAudio\w+Event\.response_id|ResponseCodeInterpreterCall\w+Event\.|ResponseStreamEvent: no alternative object type=response\.code_interpreter_call\.code\.)/,
    reason: 'events of tools and of audio that the server does not send',
  },
  {
    pattern: /^2025-04 response ResponseOutputTextAnnotationAddedEvent\.annotation: null is allowed here, not there$/,
    reason: 'the current description allows null; the server sends an object',
  },
  {
    pattern: /^2025-04 response FunctionToolCallOutputResource\.call_id: is required only there$/,
    reason: 'optional in the current description; the server returns it where the request has it',
  },
];
