/** Accumulates the chunks of a chat completion. */
import type * as Wire from '@selfsame/contract';
import { SelfsameError } from '../core/errors.ts';

export type Chunk = Wire.ChatCompletionChunk;
export type Completion = Wire.CreateChatCompletionResponse;
type ChunkChoice = Chunk['choices'][number];
type Delta = ChunkChoice['delta'];
type ToolCallDelta = NonNullable<Delta['tool_calls']>[number];

export interface FunctionSnapshot {
  name: string;
  arguments: string;
}

export interface ToolCallSnapshot {
  id?: string;
  type?: string;
  function?: FunctionSnapshot;
  custom?: { name: string; input: string };
}

export interface MessageSnapshot {
  role?: string;
  content?: string | null;
  refusal?: string | null;
  function_call?: FunctionSnapshot;
  tool_calls?: ToolCallSnapshot[];
}

type Logprobs = NonNullable<ChunkChoice['logprobs']>;
export type TokenLogprobs = NonNullable<Logprobs['content']>;

export interface ChoiceSnapshot {
  index: number;
  finish_reason: string | null;
  logprobs: { content?: TokenLogprobs | null; refusal?: TokenLogprobs | null } | null;
  message: MessageSnapshot;
}

export interface CompletionSnapshot {
  id: string;
  choices: ChoiceSnapshot[];
  created: number;
  model: string;
  [field: string]: unknown;
}

/** Adds a chunk to the snapshot of its completion, which it changes; the first chunk creates one. */
export function addChunk(before: CompletionSnapshot | undefined, chunk: Chunk): CompletionSnapshot {
  const { choices, ...facts } = chunk;
  const snapshot: CompletionSnapshot = before ?? { ...facts, choices: [] };
  Object.assign(snapshot, facts);
  for (const choice of choices) addChoice(snapshot, choice);
  return snapshot;
}

function addChoice(
  snapshot: CompletionSnapshot,
  { delta, finish_reason, index, logprobs, ...other }: ChunkChoice,
): void {
  const known = snapshot.choices[index];
  const choice: ChoiceSnapshot = known ?? { finish_reason: finish_reason ?? null, index, message: {}, logprobs: null };
  snapshot.choices[index] = choice;
  if (logprobs != null) addLogprobs(choice, logprobs);
  if (finish_reason != null) choice.finish_reason = finish_reason;
  Object.assign(choice, other);
  if (delta != null) addDelta(choice.message, delta);
}

function addLogprobs(choice: ChoiceSnapshot, { content, refusal, ...other }: Logprobs): void {
  const sum = choice.logprobs ?? { content: null, refusal: null };
  Object.assign(sum, other);
  if (content != null) sum.content = [...(sum.content ?? []), ...content];
  if (refusal != null) sum.refusal = [...(sum.refusal ?? []), ...refusal];
  choice.logprobs = sum;
}

function addDelta(message: MessageSnapshot, delta: Delta): void {
  const { content, refusal, role, tool_calls, function_call, ...other } = delta as Delta & {
    function_call?: Partial<FunctionSnapshot>;
  };
  Object.assign(message, other);
  if (role != null) message.role = role;
  if (content != null) message.content = (message.content ?? '') + content;
  if (refusal != null) message.refusal = (message.refusal ?? '') + refusal;
  if (function_call != null) message.function_call = addFunction(message.function_call, function_call);
  for (const call of tool_calls ?? []) addToolCall(message, call);
}

function addToolCall(message: MessageSnapshot, delta: ToolCallDelta): void {
  const { index, id, type, function: named, ...other } = delta;
  message.tool_calls ??= [];
  const call: ToolCallSnapshot = message.tool_calls[index] ?? {};
  message.tool_calls[index] = call;
  Object.assign(call, other);
  if (id != null && id !== '') call.id = id;
  if (type != null) call.type = type;
  if (named != null) call.function = addFunction(call.function, named);
}

function addFunction(before: FunctionSnapshot | undefined, delta: Partial<FunctionSnapshot>): FunctionSnapshot {
  const sum = before ?? { name: '', arguments: '' };
  if (delta.name !== undefined && delta.name !== '') sum.name = delta.name;
  sum.arguments += delta.arguments ?? '';
  return sum;
}

/**
 * The completion of a complete snapshot.
 * @throws SelfsameError for a choice without an end, or a message without its required fields.
 */
export function toCompletion({ choices, system_fingerprint, ...facts }: CompletionSnapshot): Completion {
  const completion = {
    ...facts,
    object: 'chat.completion',
    choices: choices.map((choice) => {
      if (choice.finish_reason === null)
        throw new SelfsameError(`choice ${choice.index} ended without 'finish_reason'`);
      return { ...choice, message: toMessage(choice) };
    }),
    ...(system_fingerprint == null ? {} : { system_fingerprint }),
  };
  return completion as unknown as Completion;
}

function toMessage({ index, message }: ChoiceSnapshot): object {
  const { role, tool_calls, content = null, refusal = null, ...other } = message;
  if (role === undefined) throw new SelfsameError(`choice ${index} ended without 'role'`);
  const calls = tool_calls?.map((call, position) => {
    const isComplete = call.type !== undefined && (call.function ?? call.custom)?.name !== undefined;
    if (!isComplete) throw new SelfsameError(`tool call ${position} of choice ${index} is incomplete`);
    return { ...call, id: call.id ?? `call_${crypto.randomUUID()}` };
  });
  return { ...other, role, content, refusal, ...(calls === undefined ? {} : { tool_calls: calls }) };
}
