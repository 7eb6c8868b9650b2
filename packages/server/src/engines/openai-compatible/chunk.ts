/**
 * Reads an upstream's JSON: one answer or one event of a stream, of chat or of legacy completions. `delta`, `message`
 * and `text` get the same shape. Invariant: every value has its declared type, or reading throws a WireError. Pure.
 */
import { parseBoundedJson } from '../../lib/bounded-json.ts';
import { defined } from '../../lib/defined.ts';
import type { GenerateUsage } from '../language-model.ts';
import { type MessageContent, readContent } from './message-content.ts';
import { readUsage } from './usage.ts';
import { isAbsent, isRecord, readList, shown, typeName, WireError, type WireRecord } from './wire-value.ts';

export interface Chunk {
  choice?: ChunkChoice;
  usage?: GenerateUsage;
  /** The error object of a failed answer; the other fields are then absent. */
  failure?: WireRecord;
}

export type ChunkEnd = 'stop' | 'length' | 'tool_calls' | 'content_filter';

export interface ChunkChoice extends MessageContent {
  calls: readonly ChunkCall[];
  end?: ChunkEnd;
  /** `readLogprobs` reads them if the request asks for them. */
  logprobs: unknown;
  /** Whether this is a complete message instead of a delta. */
  isWhole: boolean;
}

/** A delta of a call, without the fields that the upstream omits or leaves empty. */
export interface ChunkCall {
  index?: number;
  id?: string;
  name?: string;
  /** JSON text. */
  arguments: string;
}

/** Undefined if the text is not a JSON object. @throws WireError */
export function parseChunk(data: string): Chunk | undefined {
  let value: unknown;
  try {
    value = parseBoundedJson(data);
  } catch {
    return undefined;
  }
  return isRecord(value) ? readChunk(value) : undefined;
}

/** @throws WireError */
export function readChunk(value: WireRecord): Chunk {
  if (isFailure(value)) return { failure: value };
  const choice = readList(value['choices'], 'choices').find((each) => !isAbsent(each));
  if (choice !== undefined && !isRecord(choice)) {
    throw new WireError(`an entry of its 'choices' is ${typeName(choice)} instead of an object.`);
  }
  const usage = readUsage(value['usage']) ?? readUsage(choice?.['usage']);
  return {
    ...(choice === undefined ? {} : { choice: readChoice(choice) }),
    ...defined({ usage }),
  };
}

/** OpenAI's `error` in an event; or, in an event without choices, a bare message or FastAPI's `detail`. */
function isFailure(value: WireRecord): boolean {
  const { error, choices, message, detail, object } = value;
  if (!isAbsent(error) && error !== false && error !== '') return true;
  return object === 'error' || (isAbsent(choices) && (typeof message === 'string' || !isAbsent(detail)));
}

function readChoice(choice: WireRecord): ChunkChoice {
  const { delta, message, text } = choice;
  const isWhole = isAbsent(delta) && !isAbsent(message);
  const source = delta ?? message;
  if (!isAbsent(source) && !isRecord(source)) {
    throw new WireError(`its '${isWhole ? 'message' : 'delta'}' is ${typeName(source)} instead of an object.`);
  }
  const end = readEnd(choice['finish_reason']);
  const logprobs = choice['logprobs'];
  const read = source ?? { content: text };
  return {
    ...readContent(read),
    calls: readCalls(read),
    ...defined({ end }),
    logprobs,
    isWhole,
  };
}

/** Reasons by the names that servers use; any other reason that is not a failure means `stop`. */
const ENDS: Readonly<Record<string, ChunkEnd>> = {
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  tool_calls: 'tool_calls',
  tool_call: 'tool_calls',
  tool_use: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
  safety: 'content_filter',
  recitation: 'content_filter',
};

const FAILED_END = /^(error|abort(ed)?|cancell?ed|timeout|network_error|insufficient_system_resource)$/;

function readEnd(value: unknown): ChunkEnd | undefined {
  if (isAbsent(value) || value === '' || value === false) return undefined;
  // The form of SGLang.
  const reason = isRecord(value) ? value['type'] : value;
  if (typeof reason !== 'string') throw new WireError(`its 'finish_reason' is ${typeName(value)} instead of a text.`);
  const name = reason.toLowerCase();
  if (FAILED_END.test(name)) throw new WireError(`it ended its answer with '${shown(reason)}'.`);
  return Object.hasOwn(ENDS, name) ? ENDS[name] : 'stop';
}

function readCalls({ tool_calls: calls, function_call: call }: WireRecord): ChunkCall[] {
  const listed = isRecord(calls) ? [calls] : readList(calls, 'tool_calls');
  // The older form has a single call without id and index.
  const all = isAbsent(call) ? listed : [...listed, { index: 0, function: call }];
  return all.filter((each) => !isAbsent(each)).map(readCall);
}

function readCall(call: unknown): ChunkCall {
  if (!isRecord(call)) throw new WireError(`an entry of its 'tool_calls' is ${typeName(call)} instead of an object.`);
  const called = call['function'] ?? call;
  if (!isRecord(called)) throw new WireError(`the 'function' of a call is ${typeName(called)} instead of an object.`);
  const index = toIndex(call['index']);
  const id = toId(call['id']);
  const { name } = called;
  if (!isAbsent(name) && typeof name !== 'string') {
    throw new WireError(`the 'name' of a called function is ${typeName(name)} instead of a text.`);
  }
  return {
    ...defined({ index, id }),
    ...(isAbsent(name) || name === '' ? {} : { name }),
    arguments: toArguments(called['arguments']),
  };
}

/** The index only distinguishes calls, so any number is valid. */
function toIndex(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : undefined;
}

function toId(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}

function toArguments(value: unknown): string {
  if (isAbsent(value)) return '';
  if (typeof value === 'string') return value;
  if (isRecord(value)) return JSON.stringify(value);
  throw new WireError(`the 'arguments' of a call are ${typeName(value)} instead of JSON text.`);
}
