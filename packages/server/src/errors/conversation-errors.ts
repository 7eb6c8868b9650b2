/** Errors of messages and runs. Their texts are those of the hosted API, because applications match them. */
import { ApiError, type ApiErrorFields } from './api-error.ts';

function invalidRequest(message: string, code: string, param: string): ApiError {
  return new ApiError(message, { status: 400, type: 'invalid_request_error', code, param });
}

/** Formats a list of strings as Python does. */
const listOf = (ids: readonly string[]) => `[${ids.map((id) => `'${id}'`).join(', ')}]`;

const SERVER_FAILURE = { status: 500, type: 'server_error' } as const;

const RESPONSE_FAILURES: Readonly<Record<string, Pick<ApiErrorFields, 'status' | 'type' | 'param'>>> = {
  context_length_exceeded: { status: 400, type: 'invalid_request_error', param: 'input' },
  invalid_prompt: { status: 400, type: 'invalid_request_error' },
  rate_limit_exceeded: { status: 429, type: 'rate_limit_error' },
};

export const conversationErrors = {
  // --- the history of a chat completion
  toolCallsUnanswered: (param: string, ids: readonly string[]) =>
    invalidRequest(
      `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${ids.join(', ')}`,
      'invalid_value',
      param,
    ),
  toolMessageWithoutCalls: (param: string) =>
    invalidRequest(
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
      'invalid_value',
      param,
    ),
  toolMessageOfNoCall: (param: string, id: string) =>
    invalidRequest(
      `Invalid parameter: 'tool_call_id' of '${id}' not found in 'tool_calls' of previous message.`,
      'invalid_value',
      param,
    ),

  // --- responses
  /** The arguments of a call do not fit its tool, so that it has no item. */
  invalidToolCall: (name: string) =>
    new ApiError(`The model wrote a call of '${name}' whose arguments are invalid.`, {
      ...SERVER_FAILURE,
      code: 'invalid_tool_call',
    }),

  socketLifeEnded: (minutes: number) =>
    new ApiError(
      `Responses websocket connection limit reached (${minutes} minutes). Create a new websocket connection to continue.`,
      { status: 400, type: 'invalid_request_error', code: 'websocket_connection_limit_reached' },
    ),
  socketStreamLimit: (limit: number) =>
    invalidRequest(
      `This WebSocket connection has reached its limit of ${limit} streams with unanswered events.`,
      'websocket_stream_limit_reached',
      'stream_id',
    ),
  socketQueueLimit: (limit: number) =>
    new ApiError(`This WebSocket connection has ${limit} unanswered events. Wait for their responses.`, {
      status: 429,
      type: 'rate_limit_error',
      code: 'websocket_queue_limit_reached',
    }),

  // --- threads and runs
  messageDuringRun: (threadId: string, runId: string) =>
    invalidRequest(`Can't add messages to ${threadId} while a run ${runId} is active.`, 'active_run', 'thread_id'),
  activeRun: (threadId: string, runId: string) =>
    invalidRequest(`Thread ${threadId} already has an active run ${runId}.`, 'active_run', 'thread_id'),
  runNotCancellable: (status: string) =>
    invalidRequest(`Cannot cancel run with status '${status}'.`, 'invalid_run_status', 'run_id'),
  runTakesNoOutputs: (status: string) =>
    invalidRequest(`Runs in status "${status}" do not accept tool outputs.`, 'invalid_run_status', 'run_id'),
  wrongToolOutputs: (param: string, expected: readonly string[], got: readonly string[]) =>
    invalidRequest(
      `Expected tool outputs for call_ids ${listOf(expected)}, got ${listOf(got)}`,
      'invalid_value',
      param,
    ),

  // --- responses
  previousResponseNotFound: (id: string) =>
    invalidRequest(
      `Previous response with id '${id}' not found.`,
      'previous_response_not_found',
      'previous_response_id',
    ),
  /** Only what this installation encrypted for the project can be decrypted. */
  invalidEncryptedContent: (param: string, id: string) =>
    invalidRequest(
      `The encrypted content of the item '${id}' could not be verified.`,
      'invalid_encrypted_content',
      param,
    ),
  conversationLocked: (id: string) =>
    new ApiError(`Another response of the conversation '${id}' is being generated. Please retry when it has ended.`, {
      status: 409,
      type: 'invalid_request_error',
      code: 'conversation_locked',
      param: 'conversation',
    }),
  /** A response that failed before the model answered. */
  responseFailed: ({ code, message }: { code: string; message: string }) =>
    new ApiError(message, { param: null, ...(RESPONSE_FAILURES[code] ?? SERVER_FAILURE), code }),
} as const;
