/**
 * Mixed traffic against a running server: chats, embeddings, files, uploads, searches, runs and batches, each from
 * separate clients that send a request, check the response and pause. Invariant: every response is checked; a wrong one
 * counts as an error of its kind, and the traffic continues.
 */
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { uploadFile } from '../testing/request.ts';
import { untilValue } from '../testing/until.ts';
import { ask, type BatchState, createBatch, streamChat } from './served.ts';

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

export interface KindReport {
  times: number[];
  errors: string[];
}

interface Kind {
  clients: number;
  /** Pause between a response and the next request. */
  pauseMs: number;
  once(url: string, turn: number): Promise<void>;
}

const CHAT_MODEL = 'gpt-4o-mini';
const EMBEDDING_MODEL = 'text-embedding-3-small';
const ANSWER_TOKENS = 32;
const BATCH_LINES = 20;
const FILE_BYTES = 200_000;
const POLL = { timeoutMs: 300_000, intervalMs: 200 };
const WORDS =
  'lamp harbour storm gull rope anchor tide captain letter window bread winter garden clock engine river'.split(' ');

const wordsOf = (count: number) =>
  Array.from({ length: count }, () => WORDS[Math.floor(Math.random() * WORDS.length)]).join(' ');

const question = () => ({
  model: CHAT_MODEL,
  messages: [{ role: 'user', content: `Tell me about ${wordsOf(3)}.` }],
  max_tokens: ANSWER_TOKENS,
});

function must(right: boolean, what: string): void {
  if (!right) throw new Error(what);
}

async function chat(url: string): Promise<void> {
  const { pieces } = await streamChat(url, question());
  must(pieces > 2, `a stream of ${pieces} pieces`);
}

async function storedChat(url: string): Promise<void> {
  const { id } = await ask<{ id: string }>(`${url}/chat/completions`, { ...question(), store: true });
  const read = await ask<{ id: string }>(`${url}/chat/completions/${id}`);
  must(read.id === id, 'another completion was read');
  await ask(`${url}/chat/completions/${id}`, undefined, 'DELETE');
}

async function embed(url: string): Promise<void> {
  const input = Array.from({ length: 4 }, () => wordsOf(12));
  const { data } = await ask<{ data: { embedding: number[] }[] }>(`${url}/embeddings`, {
    model: EMBEDDING_MODEL,
    input,
  });
  must(data.length === 4 && data.every(({ embedding }) => embedding.length > 0), 'an embedding is missing');
}

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function file(url: string): Promise<void> {
  const bytes = randomBytes(FILE_BYTES);
  const id = await uploadFile(url, new File([bytes], 'a.bin'), 'user_data');
  const read = await fetch(`${url}/files/${id}/content`);
  must(hash(new Uint8Array(await read.arrayBuffer())) === hash(bytes), 'a file came back with other bytes');
  await ask(`${url}/files/${id}`, undefined, 'DELETE');
}

async function upload(url: string): Promise<void> {
  const parts = [randomBytes(FILE_BYTES), randomBytes(FILE_BYTES)];
  const about = {
    filename: 'b.bin',
    purpose: 'assistants',
    bytes: 2 * FILE_BYTES,
    mime_type: 'application/octet-stream',
  };
  const { id } = await ask<{ id: string }>(`${url}/uploads`, about);
  const ids: string[] = [];
  for (const part of parts) {
    const form = new FormData();
    form.append('data', new File([part], 'part'));
    const response = await fetch(`${url}/uploads/${id}/parts`, { method: 'POST', body: form });
    must(response.ok, `part: ${response.status}`);
    ids.push(((await response.json()) as { id: string }).id);
  }
  const done = await ask<{ file: { id: string } }>(`${url}/uploads/${id}/complete`, { part_ids: ids });
  await ask(`${url}/files/${done.file.id}`, undefined, 'DELETE');
}

/** Creates a store with one text per word. */
async function openStore(url: string): Promise<string> {
  const ids = await Promise.all(
    WORDS.map((word) => uploadFile(url, new File([`${word}. `.repeat(3) + wordsOf(400)], `${word}.txt`))),
  );
  const { id } = await ask<{ id: string }>(`${url}/vector_stores`, { file_ids: ids });
  const look = () => ask<{ file_counts: { in_progress: number; completed: number } }>(`${url}/vector_stores/${id}`);
  const { file_counts } = await untilValue(look, ({ file_counts }) => file_counts.in_progress === 0, POLL);
  must(file_counts.completed === WORDS.length, `files of the store: ${JSON.stringify(file_counts)}`);
  return id;
}

/** Interval of the turns that add and remove a text. */
const ATTACH_EVERY = 10;

const search = (store: string) => async (url: string, turn: number) => {
  const { data } = await ask<{ data: object[] }>(`${url}/vector_stores/${store}/search`, { query: wordsOf(3) });
  must(data.length > 0, 'nothing was found');
  if (turn % ATTACH_EVERY !== 0) return;
  const file = await uploadFile(url, new File([wordsOf(300)], 'more.txt'));
  const path = `${url}/vector_stores/${store}/files`;
  await ask(path, { file_id: file });
  const look = () => ask<{ status: string }>(`${path}/${file}`);
  const { status } = await untilValue(look, (found) => found.status !== 'in_progress', POLL);
  must(status === 'completed', `a file of the store is ${status}`);
  await ask(`${url}/files/${file}`, undefined, 'DELETE');
};

const run = (assistant: string) => async (url: string) => {
  const thread = { messages: [{ role: 'user', content: `Tell me about ${wordsOf(2)}.` }] };
  const body = { assistant_id: assistant, thread, max_completion_tokens: 256 };
  const made = await ask<{ id: string; thread_id: string }>(`${url}/threads/runs`, body);
  const look = () => ask<{ status: string }>(`${url}/threads/${made.thread_id}/runs/${made.id}`);
  const isEnded = (found: { status: string }) => found.status !== 'queued' && found.status !== 'in_progress';
  const { status } = await untilValue(look, isEnded, POLL);
  must(status === 'completed' || status === 'incomplete', `a run is ${status}`);
  await ask(`${url}/threads/${made.thread_id}`, undefined, 'DELETE');
};

interface EndedBatch extends BatchState {
  input_file_id: string;
  output_file_id: string | null;
}

async function batch(url: string): Promise<void> {
  const { id } = await createBatch(url, Array.from({ length: BATCH_LINES }, question));
  const look = () => ask<EndedBatch>(`${url}/batches/${id}`);
  const isEnded = ({ status }: EndedBatch) => ['completed', 'failed', 'expired', 'cancelled'].includes(status);
  const ended = await untilValue(look, isEnded, POLL);
  must(
    ended.status === 'completed' && ended.request_counts.completed === BATCH_LINES,
    `a batch is ${ended.status}: ${JSON.stringify(ended.request_counts)}`,
  );
  const output = await (await fetch(`${url}/files/${ended.output_file_id}/content`)).text();
  must(output.trimEnd().split('\n').length === BATCH_LINES, 'lines of an output file are missing');
  for (const name of [ended.input_file_id, ended.output_file_id ?? ''])
    await ask(`${url}/files/${name}`, undefined, 'DELETE');
}

/** Creates the vector store and the assistant for the traffic. */
export async function openTraffic(url: string): Promise<Record<string, Kind>> {
  const store = await openStore(url);
  const { id: assistant } = await ask<{ id: string }>(`${url}/assistants`, {
    model: CHAT_MODEL,
    instructions: 'Be brief.',
  });
  // Excludes the loading of the models from the measurement.
  await Promise.all([chat(url), embed(url)]);
  return {
    chat: { clients: 2, pauseMs: 300, once: chat },
    'stored chat': { clients: 1, pauseMs: 2000, once: storedChat },
    embeddings: { clients: 1, pauseMs: 300, once: embed },
    file: { clients: 1, pauseMs: 500, once: file },
    upload: { clients: 1, pauseMs: 2000, once: upload },
    search: { clients: 1, pauseMs: 300, once: search(store) },
    run: { clients: 1, pauseMs: 1000, once: run(assistant) },
    batch: { clients: 1, pauseMs: 1000, once: batch },
  };
}

/** Runs all clients until the signal is aborted, and waits for their last requests. */
export async function runTraffic(
  url: string,
  kinds: Readonly<Record<string, Kind>>,
  signal: AbortSignal,
): Promise<Map<string, KindReport>> {
  const reports = new Map<string, KindReport>();
  const clients = Object.entries(kinds).flatMap(([name, { clients: count, pauseMs, once }]) => {
    const report: KindReport = { times: [], errors: [] };
    reports.set(name, report);
    return Array.from({ length: count }, async () => {
      for (let turn = 1; !signal.aborted; turn += 1) {
        const startedAt = performance.now();
        try {
          await once(url, turn);
          report.times.push(performance.now() - startedAt);
        } catch (error) {
          report.errors.push(textOf(error));
        }
        await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
      }
    });
  });
  await Promise.all(clients);
  return reports;
}
