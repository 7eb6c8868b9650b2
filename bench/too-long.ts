/**
 * Measures the effect of excessive requests on other clients: while one client streams a chat answer, each body is sent
 * once. Prints the time to its response and the longest pause of the stream meanwhile (aims: refusal within 100 ms, no
 * longer pause than without it).
 *
 *   node bench/too-long.ts [MODEL]
 */
import { serve } from './served.ts';

const [model = 'selfsame-nano'] = process.argv.slice(2);
const served = await serve({});

function post(path: string, body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${served.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

const say = (content: string) => [{ role: 'user', content }];
const short = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content: 'hi' }));
const tool = (parameters: object) => ({
  model,
  messages: say('hi'),
  tools: [{ type: 'function', function: { name: 'f', parameters } }],
});
const lark = (definition: string) => ({
  model,
  messages: say('hi'),
  tools: [
    { type: 'custom', custom: { name: 'f', format: { type: 'grammar', grammar: { syntax: 'lark', definition } } } },
  ],
});
const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

const BODIES: readonly [string, string, () => object][] = [
  ['nothing', '/models', () => ({})],
  ['1,000 short messages', '/chat/completions', () => ({ model, max_tokens: 1, messages: short(1001) })],
  ['5,000 short messages', '/chat/completions', () => ({ model, messages: short(5001) })],
  ['20,000 short messages', '/chat/completions', () => ({ model, messages: short(20_001) })],
  ['a prompt of 200 kB', '/chat/completions', () => ({ model, messages: say('word '.repeat(40_000)) })],
  ['a prompt of 900 kB', '/chat/completions', () => ({ model, messages: say('word '.repeat(180_000)) })],
  ['200,000 token ids', '/completions', () => ({ model, prompt: many(200_000, () => 10) })],
  [
    'an embedding of 900 kB',
    '/embeddings',
    () => ({ model: 'text-embedding-3-small', input: 'word '.repeat(180_000) }),
  ],
  [
    '100,000 enum values',
    '/chat/completions',
    () => tool({ type: 'object', properties: { a: { enum: many(100_000, String) } } }),
  ],
  ['20,000 Lark rules', '/chat/completions', () => lark(many(20_000, (at) => `a${at}: "x"`).join('\n'))],
];

async function stream(signal: AbortSignal, pauses: number[]): Promise<void> {
  let last = performance.now();
  while (!signal.aborted) {
    try {
      const { body } = await post(
        '/chat/completions',
        { model, messages: say('Tell me a story.'), stream: true },
        signal,
      );
      last = performance.now();
      for await (const _ of body ?? []) {
        const now = performance.now();
        pauses.push(now - last);
        last = now;
      }
    } catch {
      // The abort ends the stream.
    }
  }
}

try {
  await (await post('/chat/completions', { model, messages: say('hi'), max_tokens: 1 })).text();
  await (await post('/embeddings', { model: 'text-embedding-3-small', input: 'hi' })).text();
  const stop = new AbortController();
  const pauses: number[] = [];
  const streaming = stream(stop.signal, pauses);
  for (const [name, path, make] of BODIES) {
    const body = make();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    pauses.length = 0;
    const started = performance.now();
    const response = await post(path, body);
    const text = await response.text();
    const ms = performance.now() - started;
    await new Promise((resolve) => setTimeout(resolve, 200));
    const code = (JSON.parse(text) as { error?: { code?: string } }).error?.code ?? '';
    console.log(
      `${name.padEnd(26)} ${String(response.status)} ${code.padEnd(26)} ${ms.toFixed(0).padStart(6)} ms, longest pause ${Math.max(
        0,
        ...pauses,
      )
        .toFixed(0)
        .padStart(6)} ms`,
    );
  }
  stop.abort();
  await streaming;
} finally {
  await served.stop();
}
