/** Translation of the deltas of a loop to events of the Responses API, without their numbers. Pure. */
import type { TokenLogprob } from '../../engines/language-model.ts';
import type { CallDelta, Citation, LoopOutput, TextDelta } from '../../generation/loop/loop-output.ts';
import type { OpenPart } from '../../generation/loop/loop-state.ts';
import type { EventRecord, NewEvent } from '../../storage/repositories/events.ts';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { Item, ItemEvent, ItemStatus } from './call-form.ts';
import type { CallItems } from './call-items.ts';
import { toTokenLogprob } from './logprobs.ts';

const TEXT_DELTA = 'response.output_text.delta';
const THOUGHT_DELTA = 'response.reasoning_text.delta';
const PART_ADDED = 'response.content_part.added';
const MERGED = new Set([
  TEXT_DELTA,
  THOUGHT_DELTA,
  'response.function_call_arguments.delta',
  'response.custom_tool_call_input.delta',
  'response.mcp_call_arguments.delta',
  'response.code_interpreter_call_code.delta',
]);

export function createResponseOutput(calls: CallItems): LoopOutput {
  const placed = ({ part, index, call }: CallDelta & { call: ModelCall }) => {
    const position = { item_id: calls.idOf(call), output_index: (part.index ?? 0) + index };
    return (event: ItemEvent) => toEvent(event.type, { ...position, ...withoutType(event) });
  };
  return {
    onThought: ({ part, text }) => [toEvent(THOUGHT_DELTA, { ...positionOf(part), delta: text })],
    onText,
    onCall(delta) {
      const { isWhole, onStart } = calls.formOf(delta.call);
      const index = (delta.part.index ?? 0) + delta.index;
      const added = isWhole === true ? [] : [toItemAdded(calls.toItem(delta.call, 'in_progress'), index)];
      return [...added, ...onStart.map(placed(delta))];
    },
    onCallArguments(delta) {
      const event = calls.formOf(delta.call).onArguments(delta.call, delta.text);
      return event === undefined ? [] : [placed(delta)(event)];
    },
    onCallRun: (delta) => calls.formOf(delta.call).onRun(delta.call).map(placed(delta)),
    mergeDeltas,
    foldText,
  };
}

const toEvent = (type: string, data: object): NewEvent => ({ type, data });

function withoutType({ type: _type, ...rest }: ItemEvent) {
  return rest;
}

export const toItemAdded = (item: Item, index: number) =>
  toEvent('response.output_item.added', { output_index: index, item });

export const toItemDone = (item: Item, index: number) =>
  toEvent('response.output_item.done', { output_index: index, item });

export const positionOf = ({ id, index = 0 }: OpenPart) => ({ item_id: id, output_index: index, content_index: 0 });

function onText({ part, text, citations = [], logprobs = [] }: TextDelta): NewEvent[] {
  const position = positionOf(part);
  const added = citations.map(({ index, ...citation }) =>
    toEvent('response.output_text.annotation.added', {
      ...position,
      annotation_index: index,
      annotation: toAnnotation(citation),
    }),
  );
  // Citations may follow the last text.
  if (text === '' && logprobs.length === 0) return added;
  return [toEvent(TEXT_DELTA, { ...position, delta: text, logprobs: logprobs.map(toTokenLogprob) }), ...added];
}

/** The mark of a citation has the name of the file. */
const FILENAME = /†(.*)】$/u;

function toAnnotation({ text, start, end, source }: Citation) {
  if (source.type === 'page') {
    const { url, title } = source;
    return { type: 'url_citation', start_index: start, end_index: end, url, title };
  }
  if (source.type === 'written_file') {
    const { containerId, containerFileId, filename } = source;
    const file = { container_id: containerId, file_id: containerFileId, filename };
    return { type: 'container_file_citation', ...file, start_index: start, end_index: end };
  }
  const { fileId } = source;
  return { type: 'file_citation', file_id: fileId, filename: FILENAME.exec(text)?.[1] ?? fileId, index: start };
}

export interface MessageText {
  text: string;
  citations: readonly Citation[];
  logprobs: readonly TokenLogprob[];
}

const NO_TEXT: MessageText = { text: '', citations: [], logprobs: [] };

function toTextPart({ text, citations, logprobs }: MessageText) {
  return {
    type: 'output_text',
    text,
    annotations: citations.map(toAnnotation),
    logprobs: logprobs.map(toTokenLogprob),
  };
}

export function toMessageItem(id: string, status: ItemStatus, text?: MessageText): Item {
  return {
    id,
    type: 'message',
    role: 'assistant',
    status,
    content: text === undefined ? [] : [toTextPart(text)],
  };
}

export function toMessageOpened(part: OpenPart): NewEvent[] {
  const started = toEvent(PART_ADDED, { ...positionOf(part), part: toTextPart(NO_TEXT) });
  return [toItemAdded(toMessageItem(part.id, 'in_progress'), part.index ?? 0), started];
}

/** A part of a message or of a thought. */
export interface WrittenPart {
  type: string;
  text: string;
  /** Of a message. */
  logprobs?: readonly object[];
}

/** The events that end a part. */
export function toPartDone(position: object, part: WrittenPart): NewEvent[] {
  const { type, text, logprobs = [] } = part;
  const ended = type === 'reasoning_text' ? { text } : { text, logprobs };
  return [
    toEvent(`response.${type}.done`, { ...position, ...ended }),
    toEvent('response.content_part.done', { ...position, part }),
  ];
}

export function toMessageClosed(part: OpenPart, item: Item, text: MessageText): NewEvent[] {
  return [...toPartDone(positionOf(part), toTextPart(text)), toItemDone(item, part.index ?? 0)];
}

export interface ClosedCall {
  call: ModelCall;
  item: Item;
  /** Position in the output. */
  index: number;
}

export function toCallClosed(calls: CallItems, { call, item, index }: ClosedCall): NewEvent[] {
  const position = { item_id: item.id, output_index: index };
  const { isWhole, onEnd } = calls.formOf(call);
  const ended = item['status'] !== 'incomplete' ? onEnd(call) : [];
  return [
    ...(isWhole === true ? [toItemAdded({ ...item, status: 'in_progress' }, index)] : []),
    ...ended.map((event) => toEvent(event.type, { ...position, ...withoutType(event) })),
    toItemDone(item, index),
  ];
}

interface Delta {
  item_id: string;
  delta: string;
  logprobs?: readonly object[];
}

function mergeDeltas(earlier: NewEvent, later: NewEvent): NewEvent | undefined {
  if (earlier.type !== later.type || !MERGED.has(earlier.type)) return undefined;
  const [a, b] = [earlier.data as Delta, later.data as Delta];
  if (a.item_id !== b.item_id) return undefined;
  const logprobs = [...(a.logprobs ?? []), ...(b.logprobs ?? [])];
  const data = { ...a, delta: a.delta + b.delta, ...(a.logprobs === undefined ? {} : { logprobs }) };
  return { type: earlier.type, data };
}

function foldText(text: string, { type, data }: EventRecord, partId: string): string {
  if ((data as Delta).item_id !== partId) return text;
  if (type === PART_ADDED) return '';
  return type === TEXT_DELTA || type === THOUGHT_DELTA ? text + (data as Delta).delta : text;
}
