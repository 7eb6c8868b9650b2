import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { GenerateEvent } from '../language-model.ts';
import { createUpstreamLanguageModel } from './language-model.ts';
import { type MisbehavingUpstream, startMisbehavingUpstream, WHOLE } from './testing/misbehaving-upstream.ts';
import { upstreamOf } from './testing/upstream-of.ts';
import { toStated, toStatedError } from './upstream-error.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function startTwo(fault: string): Promise<[MisbehavingUpstream, MisbehavingUpstream]> {
  const two = await Promise.all([startMisbehavingUpstream(fault), startMisbehavingUpstream(fault)]);
  ends.push(() => Promise.all(two.map((each) => each.close())));
  return two;
}

/** Responds to the first request of each connection with keep-alive and closes the connection at the second request. */
async function startForgetfulUpstream() {
  const seen = { connections: 0, requests: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let isUsed = false;
    seen.connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      if (!data.includes('POST ')) return;
      seen.requests += 1;
      if (isUsed) socket.end();
      else socket.write(WHOLE);
      isUsed = true;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, seen };
}

function modelAt(replicas: readonly MisbehavingUpstream[]) {
  const upstream = upstreamOf(replicas.map(({ url }) => url));
  ends.push(() => upstream.close());
  return { upstream, model: createUpstreamLanguageModel(upstream, { modelId: 'far', upstreamId: 'far' }) };
}

type Model = ReturnType<typeof modelAt>['model'];
const request = { messages: [{ role: 'user' as const, content: 'Hi' }], sampling: { temperature: 1, topP: 1 } };

/** A request whose answer has started. */
async function begin(model: Model, hints = {}): Promise<AsyncIterator<GenerateEvent>> {
  const { signal } = new AbortController();
  const iterator = model.doGenerate(request, { signal, priority: 'online', hints })[Symbol.asyncIterator]();
  await iterator.next();
  return iterator;
}

async function finish(iterator: AsyncIterator<GenerateEvent>): Promise<void> {
  while ((await iterator.next()).done !== true);
}

describe('createUpstream', () => {
  it('sends a request to the replica with the fewest requests in flight', async () => {
    const [one, two] = await startTwo('stands still');
    const { model } = modelAt([one, two]);
    const running: AsyncIterator<GenerateEvent>[] = [];
    for (let i = 0; i < 6; i += 1) running.push(await begin(model));
    expect([one.posts, two.posts]).toEqual([3, 3]);
    // The requests at the first replica end; the next request goes there.
    const atOne = running.filter((_, index) => index % 2 === 0);
    for (const each of atOne) await each.return?.();
    const before = [one.posts, two.posts];
    for (let i = 0; i < 3; i += 1) await begin(model);
    expect(Math.max(one.posts - (before[0] ?? 0), two.posts - (before[1] ?? 0))).toBe(3);
  });

  it('sends a recovered replica one request at a time until one succeeds', async () => {
    const [one, two] = await startTwo('stands still');
    const { model, upstream } = modelAt([one, two]);
    const [first] = upstream.replicas;
    if (first !== undefined) first.state = 'trial';
    for (let i = 0; i < 4; i += 1) await begin(model);
    expect([one.posts, two.posts]).toEqual([1, 3]);
    const [three, four] = await startTwo('none');
    const pair = modelAt([three, four]);
    for (const replica of pair.upstream.replicas) replica.state = 'trial';
    for (let i = 0; i < 2; i += 1) await finish(await begin(pair.model));
    expect(pair.upstream.replicas.map(({ state }) => state)).toEqual(['up', 'up']);
  });

  it('sends the request to a replica that is down if no other one remains', async () => {
    const [one, two] = await startTwo('none');
    const { model, upstream } = modelAt([one, two]);
    for (const replica of upstream.replicas) replica.state = 'down';
    await finish(await begin(model));
    expect(upstream.replicas.filter(({ state }) => state === 'up')).toHaveLength(1);
  });

  it('prefers a replica that lists the model', async () => {
    const [one, two] = await startTwo('none');
    const { model, upstream } = modelAt([one, two]);
    for (const [index, replica] of upstream.replicas.entries())
      replica.models = new Set([index === 0 ? 'other' : 'far']);
    for (let i = 0; i < 4; i += 1) await finish(await begin(model));
    expect([one.posts, two.posts]).toEqual([0, 4]);
  });

  it.each(['none', 'late end'])('reuses its connection after a complete answer: %s', async (fault) => {
    const [one] = await startTwo(fault);
    const { model } = modelAt([one]);
    for (let i = 0; i < 5; i += 1) {
      await finish(await begin(model));
      // The end mark is not the end of the body.
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    expect(one.posts).toBe(5);
    expect(one.connections).toBeLessThanOrEqual(2);
  });

  it('retries a request whose kept-alive connection the server closes', async () => {
    const { url, seen } = await startForgetfulUpstream();
    const upstream = upstreamOf([url]);
    ends.push(() => upstream.close());
    const model = createUpstreamLanguageModel(upstream, { modelId: 'far', upstreamId: 'far' });
    for (let i = 0; i < 3; i += 1) {
      await finish(await begin(model));
      // The connection can be used again after the end of the body.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(seen).toEqual({ connections: 3, requests: 5 });
    expect(upstream.replicas[0]).toMatchObject({ state: 'up', failures: { connect: 0, answer: 0 } });
  });

  it('sends the API key and router hints', async () => {
    const [one] = await startTwo('none');
    const upstream = upstreamOf([one.url], { apiKey: 'sk-secret' });
    ends.push(() => upstream.close());
    const model = createUpstreamLanguageModel(upstream, { modelId: 'far', upstreamId: 'theirs' });
    await finish(await begin(model, { promptCacheKey: 'c', user: 'u' }));
    expect(one.heads[0]).toMatch(/^POST \/v1\/chat\/completions /);
    expect(one.heads[0]).toMatch(/authorization: Bearer sk-secret\r\n/i);
    expect(one.heads[0]).toMatch(/x-session-id: c\r\n/);
    expect(JSON.parse(one.bodies[0] ?? '')).toMatchObject({ model: 'theirs', user: 'u' });
  });
});

describe('toStatedError', () => {
  it.each([
    [{ error: "model 'x' not found" }, 404, 'model_not_found'],
    [
      { error: { message: 'model "x" not found, try pulling it first', type: 'not_found_error', code: null } },
      404,
      'model_not_found',
    ],
    [{ error: 'invalid tool call arguments' }, 400, 'upstream_refused'],
    [{ error: { message: 'no', code: -1 } }, 400, 'upstream_refused'],
    [{ error: [1] }, 400, 'upstream_failed'],
    ['no', 400, 'upstream_failed'],
  ])('reads the error body %j with status %i as %s', (body, status, code) => {
    expect(toStatedError({ name: 'far' }, { status, stated: toStated(body) }).error.code).toBe(code);
  });

  it("hides the API key in the upstream's message", () => {
    const upstream = { name: 'gpus', apiKey: 'sk-secret' };
    const failure = toStatedError(upstream, { status: 400, stated: { message: 'Bad key sk-secret, sk-secret!' } });
    expect(failure.error.message).toBe('Bad key ********, ********!');
  });
});
