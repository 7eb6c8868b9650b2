/** Times requests to an OpenAI-compatible server: streamed answers one by one and in parallel, then embeddings. */

import { explain, readEvents } from './read-answer.ts';
import { CommandError } from './settings-flags.ts';

export interface Target {
  /** Without a path. */
  url: string;
  key: string | undefined;
}

export interface Count {
  requests: number;
  parallel: number;
  /** Maximum completion tokens of one answer. */
  tokens: number;
}

export type Row =
  | {
      what: string;
      /** The model that answered. */
      model: string;
      requests: number;
      /** Median. */
      firstTokenMs?: number;
      /** Total of all requests. */
      tokensPerSecond: number;
      requestsPerSecond: number;
    }
  | { what: string; missing: string };

interface Answered {
  model: string;
  firstTokenMs: number;
  tokens: number;
}

const TOPICS = ['harbours', 'glaciers', 'violins', 'bridges', 'beehives', 'deserts', 'clocks', 'orchards'];
const WORDS = 'a text of about forty words that is neither short nor long and says nothing but what it says about ';
const INPUTS_PER_REQUEST = 16;

/** Each prompt starts differently, so that a prefix cache has no effect. */
function promptOf(index: number): string {
  return `${index + 1}. Tell me a long story about ${TOPICS[index % TOPICS.length]}, with many details.`;
}

export async function measureChat(target: Target, model: string, count: Count): Promise<Row[]> {
  const ask = (index: number) => chat(target, { model, prompt: promptOf(index), tokens: count.tokens });
  // The first request may load the model, so it is not measured.
  const loaded = await ask(-1).catch(toMissing);
  if ('missing' in loaded) return [{ what: 'chat', missing: loaded.missing }];
  const alone = await timed(count.requests, 1, ask);
  const together = await timed(count.requests, count.parallel, (index) => ask(count.requests + index));
  return [toRow('chat, one by one', alone), toRow(`chat, ${count.parallel} at once`, together)];
}

export async function measureEmbeddings(target: Target, model: string, count: Count): Promise<Row[]> {
  const ask = async (index: number): Promise<Answered> => {
    const input = TOPICS.concat(TOPICS).map((topic, at) => `${index}.${at} ${WORDS.repeat(2)}${topic}`);
    const response = await post(target, '/v1/embeddings', { model, input });
    const body = (await response.json()) as { model: string; usage: { prompt_tokens: number } };
    return { model: body.model, firstTokenMs: 0, tokens: body.usage.prompt_tokens };
  };
  const what = `embeddings, ${INPUTS_PER_REQUEST} texts each`;
  const loaded = await ask(-1).catch(toMissing);
  if ('missing' in loaded) return [{ what, missing: loaded.missing }];
  const { firstTokenMs: _, ...row } = toRow(what, await timed(count.requests, 1, ask)) as Exclude<
    Row,
    { missing: string }
  >;
  return [row];
}

function toMissing(error: unknown): { missing: string } {
  if (error instanceof CommandError) return { missing: error.message };
  throw error;
}

interface Timed {
  answers: Answered[];
  seconds: number;
}

async function timed(requests: number, parallel: number, ask: (index: number) => Promise<Answered>): Promise<Timed> {
  const answers: Answered[] = [];
  const startedAt = performance.now();
  let next = 0;
  const work = async () => {
    while (next < requests) {
      const index = next;
      next += 1;
      answers.push(await ask(index));
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return { answers, seconds: (performance.now() - startedAt) / 1000 };
}

function toRow(what: string, { answers, seconds }: Timed): Row {
  const first = answers.map(({ firstTokenMs }) => firstTokenMs).sort((a, b) => a - b);
  return {
    what,
    model: answers[0]?.model ?? '',
    requests: answers.length,
    firstTokenMs: first[Math.floor(first.length / 2)] ?? 0,
    tokensPerSecond: answers.reduce((sum, { tokens }) => sum + tokens, 0) / seconds,
    requestsPerSecond: answers.length / seconds,
  };
}

interface Question {
  model: string;
  prompt: string;
  tokens: number;
}

async function chat(target: Target, { model, prompt, tokens: most }: Question): Promise<Answered> {
  const startedAt = performance.now();
  const response = await post(target, '/v1/chat/completions', {
    model,
    messages: [{ role: 'user', content: prompt }],
    max_tokens: most,
    stream: true,
    stream_options: { include_usage: true },
  });
  let firstTokenMs: number | undefined;
  let answered = { model, tokens: 0 };
  for await (const data of readEvents(response)) {
    const event = JSON.parse(data) as {
      model?: string;
      error?: { message: string };
      choices?: { delta?: { content?: string | null } }[];
      usage?: { completion_tokens: number } | null;
    };
    if (event.error !== undefined) throw new CommandError(event.error.message);
    if ((event.choices?.[0]?.delta?.content ?? '') !== '') firstTokenMs ??= performance.now() - startedAt;
    if (event.usage) answered = { model: event.model ?? model, tokens: event.usage.completion_tokens };
  }
  return { ...answered, firstTokenMs: firstTokenMs ?? performance.now() - startedAt };
}

async function post({ url, key = 'none' }: Target, path: string, body: object): Promise<Response> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  }).catch((error: Error) => {
    throw new CommandError(
      `no server answers at ${url} (${error.cause instanceof Error ? error.cause.message : error.message}).`,
    );
  });
  if (!response.ok) throw new CommandError(await explain(response));
  return response;
}
