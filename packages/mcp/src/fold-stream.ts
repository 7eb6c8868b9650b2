/** Folds the events of a stream into the answer that the call would have returned without `stream`. */

/** An event of a stream: the JSON of its data. */
export type StreamEvent = Record<string, unknown>;

interface Choice {
  index: number;
  text?: string;
  delta?: Record<string, unknown>;
  finish_reason: string | null;
  logprobs?: unknown;
}

export interface Fold {
  /** @returns the text that the event adds, for progress. */
  add(event: StreamEvent): string;
  /** The whole answer. @throws Error if the stream ended too early. */
  result(): unknown;
}

/** @param operationId one of the operations that stream. */
export function createFold(operationId: string): Fold {
  if (operationId === 'responses.create') return foldEvents('response.output_text.delta', (event) => event['response']);
  if (operationId === 'audio.transcriptions.create') return foldEvents('transcript.text.delta', withoutType);
  return foldChunks();
}

/** Streams whose last event contains the answer. */
function foldEvents(deltaType: string, answerOf: (event: StreamEvent) => unknown): Fold {
  let last: StreamEvent | undefined;
  return {
    add: (event) => {
      last = event;
      return event['type'] === deltaType ? String(event['delta']) : '';
    },
    result: () => {
      const answer = last === undefined ? undefined : answerOf(last);
      if (answer === undefined) throw new Error('The stream ended before its answer.');
      return answer;
    },
  };
}

function withoutType({ type, ...answer }: StreamEvent): unknown {
  return type === 'transcript.text.done' ? answer : undefined;
}

interface FoldedChoice {
  index: number;
  finish_reason: string | null;
  logprobs: unknown;
  text: string;
  message: Record<string, unknown>;
}

/** Chunks of chat completions and legacy completions: `choices[].delta` or `choices[].text`. */
function foldChunks(): Fold {
  let head: StreamEvent | undefined;
  let usage: unknown;
  const choices = new Map<number, FoldedChoice>();
  return {
    add: (event) => {
      head ??= event;
      if (event['usage'] != null) usage = event['usage'];
      const added = (event['choices'] as Choice[] | undefined) ?? [];
      return added.map((choice) => addChoice(choices, choice)).join('');
    },
    result: () => {
      if (head === undefined) throw new Error('The stream ended before its first chunk.');
      const isChat = head['object'] === 'chat.completion.chunk';
      const folded = [...choices.values()].sort((a, b) => a.index - b.index).map((choice) => toChoice(choice, isChat));
      return {
        ...head,
        object: isChat ? 'chat.completion' : head['object'],
        choices: folded,
        ...(usage === undefined ? {} : { usage }),
      };
    },
  };
}

function addChoice(choices: Map<number, FoldedChoice>, choice: Choice): string {
  const { index, text = '', delta = {}, finish_reason: reason, logprobs } = choice;
  const known = choices.get(index) ?? { index, finish_reason: null, logprobs: null, text: '', message: {} };
  choices.set(index, known);
  known.finish_reason = reason ?? known.finish_reason;
  known.logprobs = mergeLogprobs(known.logprobs, logprobs);
  known.text += text;
  mergeDelta(known.message, delta);
  return text + (typeof delta['content'] === 'string' ? delta['content'] : '');
}

function toChoice({ index, finish_reason, logprobs, text, message }: FoldedChoice, isChat: boolean): unknown {
  if (!isChat) return { index, text, logprobs, finish_reason };
  const complete: Record<string, unknown> = { role: 'assistant', content: null, refusal: null, ...message };
  if (Array.isArray(complete['tool_calls'])) complete['tool_calls'] = complete['tool_calls'].map(withoutIndex);
  return { index, message: complete, logprobs, finish_reason };
}

function withoutIndex(call: Record<string, unknown>): unknown {
  return Object.fromEntries(Object.entries(call).filter(([name]) => name !== 'index'));
}

/** Fields of a delta whose later values replace earlier ones. */
const REPLACED = new Set(['role', 'id', 'type', 'index']);

/** Concatenates strings, merges objects, and merges the items of lists by their `index`. */
function mergeDelta(into: Record<string, unknown>, delta: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(delta)) {
    const known = into[name];
    if (typeof value === 'string' && typeof known === 'string' && !REPLACED.has(name)) into[name] = known + value;
    else if (Array.isArray(value)) into[name] = mergeList((known as Item[] | undefined) ?? [], value as Item[]);
    else if (isObject(value) && isObject(known)) mergeDelta(known, value);
    else if (value !== null || known === undefined) into[name] = value;
  }
}

type Item = Record<string, unknown>;

function mergeList(known: Item[], added: Item[]): Item[] {
  const list = [...known];
  for (const item of added) {
    const at = item['index'] === undefined ? -1 : list.findIndex((each) => each['index'] === item['index']);
    const target = list[at];
    if (target === undefined) list.push(structuredClone(item));
    else mergeDelta(target, item);
  }
  return list;
}

function mergeLogprobs(known: unknown, added: unknown): unknown {
  if (!isObject(added)) return known ?? null;
  if (!isObject(known)) return structuredClone(added);
  const names = new Set([...Object.keys(known), ...Object.keys(added)]);
  return Object.fromEntries([...names].map((name) => [name, concatenate(known[name], added[name])]));
}

function concatenate(known: unknown, added: unknown): unknown {
  return Array.isArray(known) && Array.isArray(added) ? [...known, ...added] : (added ?? known);
}

function isObject(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
