/** Folds the events of a stream into the answer that the call would have returned without `stream`. */
import { addChunk, type CompletionSnapshot, toCompletion } from '@selfsame/client';

/** An event of a stream: the JSON of its data. */
export type StreamEvent = Record<string, unknown>;

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
  return operationId === 'chat.completions.create' ? foldChat() : foldCompletion();
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

function foldChat(): Fold {
  let snapshot: CompletionSnapshot | undefined;
  return {
    add: (event) => {
      const chunk = event as unknown as Parameters<typeof addChunk>[1];
      snapshot = addChunk(snapshot, chunk);
      return chunk.choices.map(({ delta }) => delta?.content ?? '').join('');
    },
    result: () => {
      if (snapshot === undefined) throw new Error('The stream ended before its first chunk.');
      return toCompletion(snapshot);
    },
  };
}

interface TextChoice {
  index: number;
  text: string;
  finish_reason: string | null;
  logprobs: Record<string, unknown> | null;
}

/** Chunks of a legacy completion: texts and log probabilities are concatenated. */
function foldCompletion(): Fold {
  let head: StreamEvent | undefined;
  let usage: unknown;
  const choices: TextChoice[] = [];
  return {
    add: (event) => {
      head ??= event;
      usage = event['usage'] ?? usage;
      const added = (event['choices'] as TextChoice[] | undefined) ?? [];
      for (const choice of added) choices[choice.index] = addChoice(choices[choice.index], choice);
      return added.map(({ text }) => text).join('');
    },
    result: () => {
      if (head === undefined) throw new Error('The stream ended before its first chunk.');
      return { ...head, choices: choices.filter(Boolean), ...(usage === undefined ? {} : { usage }) };
    },
  };
}

function addChoice(known: TextChoice | undefined, added: TextChoice): TextChoice {
  if (known === undefined) return structuredClone(added);
  const logprobs = known.logprobs ?? {};
  for (const [name, values] of Object.entries(added.logprobs ?? {})) {
    const before = logprobs[name];
    logprobs[name] = Array.isArray(before) && Array.isArray(values) ? [...before, ...values] : (values ?? before);
  }
  return {
    ...known,
    text: known.text + added.text,
    finish_reason: added.finish_reason ?? known.finish_reason,
    logprobs: known.logprobs === null && added.logprobs === null ? null : logprobs,
  };
}
