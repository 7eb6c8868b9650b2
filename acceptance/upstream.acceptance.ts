/**
 * Selfsame in front of Selfsame: two server processes with the scripted engine are the replicas of one upstream. One
 * replica is killed under load: requests without a first event still get a complete answer.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRequest } from '../testing/request.ts';
import { type ServerProcess, type Settings, startServer } from './server.ts';

const SCRIPTED: Settings = { SELFSAME_SCRIPTED: 'true' };

const chatBody = (text: string, directives: object) => ({
  model: 'scripted',
  messages: [{ role: 'user' as const, content: `@script ${JSON.stringify(directives)}\n${text}` }],
});

let replicas: ServerProcess[];
let front: ServerProcess;

beforeAll(async () => {
  replicas = await Promise.all([startServer({ settings: SCRIPTED }), startServer({ settings: SCRIPTED })]);
  const urls = replicas.map(({ baseURL }) => baseURL);
  const upstreams = [{ name: 'fleet', urls, healthIntervalMs: 300, connectTimeoutMs: 500 }];
  front = await startServer({ settings: { SELFSAME_UPSTREAMS: JSON.stringify(upstreams) } });
});
afterAll(async () => {
  await front.stop();
  for (const replica of replicas) await replica.stop();
});

const client = () => new OpenAI({ baseURL: front.baseURL, apiKey: 'any', maxRetries: 0 });

describe('an upstream of two replicas', () => {
  it('lists the models of an upstream and answers under their ids', async () => {
    const models = await client().models.list();
    const ids = models.data.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['scripted', 'scripted-embedding', 'scripted-speech']));
    expect(new Set(models.data.map(({ owned_by: owner }) => owner))).toEqual(new Set(['fleet']));
    const chat = await client().chat.completions.create(chatBody('Hello there', { promptTokens: 21 }));
    expect(chat).toMatchObject({ model: 'scripted', choices: [{ message: { content: 'Hello there' } }] });
    expect(chat.usage).toMatchObject({ prompt_tokens: 21, completion_tokens: 4, total_tokens: 25 });
    const { data } = await client().embeddings.create({ model: 'scripted-embedding', input: ['a cat', 'A Cat'] });
    expect(data[0]?.embedding).toEqual(data[1]?.embedding);
  });

  it('calls functions through an upstream and accepts their outputs', async () => {
    const tools = [{ type: 'function' as const, function: { name: 'go', parameters: { type: 'object' } } }];
    const ask = chatBody('', { calls: [{ name: 'go', arguments: { to: 'here' } }] });
    const first = await client().chat.completions.create({ ...ask, tools });
    const [choice] = first.choices;
    expect(choice).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } });
    const [call] = choice?.message.tool_calls ?? [];
    expect(call).toMatchObject({ type: 'function', function: { name: 'go', arguments: '{"to":"here"}' } });
    const answered = { role: 'tool' as const, tool_call_id: call?.id ?? '', content: 'arrived' };
    const messages = [...ask.messages, ...(choice === undefined ? [] : [choice.message]), answered];
    const second = await client().chat.completions.create({ model: 'scripted', messages, tools });
    expect(second.choices[0]?.message.content).toBe('arrived');
  });

  it('refuses parameters by name that the upstream may not honour', async () => {
    const refused = client().chat.completions.create({ ...chatBody('x', {}), logit_bias: { 5: 1 } });
    await expect(refused).rejects.toMatchObject({ status: 400, param: 'logit_bias' });
  });
});

interface Outcome {
  /** State of the request before the replica was killed; undefined if it had ended or was not sent yet. */
  atKill: 'waiting' | 'streaming' | undefined;
  /** Start time of its stream, by `performance.now`; undefined if it did not start. */
  beganAt: number | undefined;
  whole: boolean;
  /** Code of the error, if any. */
  code: string | undefined;
}

/** More than the slots of both replicas, so that some requests wait on each. */
const CLIENTS = 24;

/** Sends one streamed request. Calls `began` with the response head, which arrives with the first event. */
async function askForStream(began: () => void): Promise<Pick<Outcome, 'whole' | 'code'>> {
  const body = { ...chatBody('word ', { tokens: 30, delayMs: 10, startDelayMs: 50 }), stream: true };
  const response = await sendRequest(`${front.baseURL}/chat/completions`, { body });
  began();
  const text = await response.text();
  return { whole: text.endsWith('data: [DONE]\n\n'), code: /"code":"(\w+)"/.exec(text)?.[1] };
}

/** Starts clients that send one request after the other until `end()`. */
function startTraffic() {
  const outcomes: Outcome[] = [];
  const running = new Set<Pick<Outcome, 'atKill' | 'beganAt'>>();
  let ended = false;
  const runClient = async () => {
    while (!ended) {
      const own: Pick<Outcome, 'atKill' | 'beganAt'> = { atKill: undefined, beganAt: undefined };
      running.add(own);
      const result = await askForStream(() => {
        own.beganAt = performance.now();
      });
      running.delete(own);
      outcomes.push({ ...result, ...own });
    }
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, runClient));
  return {
    markKill: () => {
      for (const each of running) each.atKill = each.beganAt === undefined ? 'waiting' : 'streaming';
    },
    end: async () => {
      ended = true;
      await clients;
      return outcomes;
    },
  };
}

describe('kill -9 of one replica under load', () => {
  it('fails no request that had not started to stream', { timeout: 60_000 }, async () => {
    const traffic = startTraffic();
    await sleep(1500);
    traffic.markKill();
    await replicas[0]?.end('SIGKILL');
    const diedAt = performance.now();
    await sleep(1500);
    const outcomes = await traffic.end();
    const count = (keep: (outcome: Outcome) => boolean) => outcomes.filter(keep).length;
    console.info(
      `${outcomes.length} streams; at the kill ${count(({ atKill }) => atKill === 'waiting')} waited and ${count(({ atKill }) => atKill === 'streaming')} streamed; ${count(({ whole }) => !whole)} were broken off`,
    );
    // A stream may start between this time and the end of the replica.
    const hadBegun = ({ beganAt = Number.POSITIVE_INFINITY }: Outcome) => beganAt <= diedAt;
    expect(outcomes.filter((outcome) => !outcome.whole && !hadBegun(outcome))).toEqual([]);
    for (const { whole, code } of outcomes) expect(code).toBe(whole ? undefined : 'upstream_failed');
    // Half of the waiting requests waited on the killed replica.
    expect(count(({ atKill }) => atKill === 'waiting')).toBeGreaterThan(CLIENTS / 4);
    expect(outcomes.length).toBeGreaterThan(2 * CLIENTS);
  });

  it('continues with the other replica and uses a killed one again after its recovery', {
    timeout: 60_000,
  }, async () => {
    const chat = await client().chat.completions.create(chatBody('Still there?', {}));
    expect(chat.choices[0]?.message.content).toBe('Still there?');
    const port = new URL(replicas[0]?.url ?? '').port;
    replicas[0] = await startServer({ settings: { ...SCRIPTED, SELFSAME_PORT: port } });
    await expect.poll(() => front.stderr(), { timeout: 5000 }).toContain('answers again');
    await replicas[1]?.end('SIGKILL');
    const again = await client().chat.completions.create(chatBody('And now?', {}));
    expect(again.choices[0]?.message.content).toBe('And now?');
  });
});
