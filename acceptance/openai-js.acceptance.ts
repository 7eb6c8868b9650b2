/** Everyday use of two generations of the official JavaScript client, and of `@selfsame/client`. */
import { describe, expect, it } from 'vitest';
import { failureOf, GENERATIONS } from './openai-clients.ts';
import { ask, scripted, target } from './target.ts';

const TEXT = 'The quick brown fox jumps over the lazy dog.';
const { baseURL, apiKey, model } = target;

describe.each(GENERATIONS)('$name', ({ Client, stream: streamOf, callUnserved, requestIdOf }) => {
  const client = new Client({ baseURL, apiKey, maxRetries: 0 });

  describe('models', () => {
    it('lists the installed models', async () => {
      const page = await client.models.list();
      expect(page.data.length).toBeGreaterThan(0);
      for (const each of page.data) {
        expect(each).toEqual({
          id: expect.any(String),
          object: 'model',
          created: expect.any(Number),
          owned_by: expect.any(String),
        });
      }
    });

    it('iterates over all models', async () => {
      const ids: string[] = [];
      for await (const each of client.models.list()) ids.push(each.id);
      expect(ids).toEqual((await client.models.list()).data.map((each) => each.id));
    });

    it('retrieves a listed model, and for an alias the model that answers', async () => {
      const { data } = await client.models.list();
      const first = data[0]?.id ?? '';
      expect((await client.models.retrieve(first)).id).toBe(first);
      expect(data.map((each) => each.id)).toContain((await client.models.retrieve(model)).id);
    });

    it('names the existing models in the error for an unknown model', async () => {
      const error = await failureOf(client.models.retrieve('no-such-model'));
      expect(error).toBeInstanceOf(Client.NotFoundError);
      expect(error).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
      const { data } = await client.models.list();
      expect(String(error)).toContain(data[0]?.id ?? 'nothing');
    });
  });

  describe('chat', () => {
    it('returns a message, its usage and the model that answered', async () => {
      const completion = await client.chat.completions.create({ model, messages: ask(TEXT), max_tokens: 64 });
      expect(completion.id).toMatch(/^chatcmpl-/);
      expect(completion.object).toBe('chat.completion');
      expect(Math.abs(completion.created - Date.now() / 1000)).toBeLessThan(60);
      expect((await client.models.list()).data.map((each) => each.id)).toContain(completion.model);
      expect(completion.choices).toHaveLength(1);
      expect(completion.choices[0]?.message.role).toBe('assistant');
      expect(completion.choices[0]?.message.content).not.toBe('');
      const { usage } = completion;
      expect(usage?.completion_tokens).toBeGreaterThan(0);
      expect(usage?.prompt_tokens).toBeGreaterThan(0);
      expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
    });

    it.runIf(scripted)('returns the complete answer character for character', async () => {
      const text = 'Zürich, 東京, 👩‍👩‍👧 — "quoted"\n\ttabbed';
      const completion = await client.chat.completions.create({ model, messages: ask(text) });
      expect(completion.choices[0]?.message.content).toBe(text);
      expect(completion.choices[0]?.finish_reason).toBe('stop');
    });

    it('accepts every role and content in parts', async () => {
      const completion = await client.chat.completions.create({
        model,
        max_tokens: 32,
        messages: [
          { role: 'developer', content: 'You are terse.' },
          { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
          { role: 'assistant', content: 'Hi.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'How are ' },
              { type: 'text', text: 'you?' },
            ],
          },
        ],
      });
      expect(completion.choices[0]?.message.content).toBeTruthy();
    });

    it('stops at max_completion_tokens with the finish reason length', async () => {
      const completion = await client.chat.completions.create({
        model,
        messages: ask('Count from one to two hundred, in words.', { tokens: 200 }),
        max_completion_tokens: 5,
      });
      // A real model may end its answer earlier.
      const tokens = completion.usage?.completion_tokens ?? 0;
      if (scripted) expect(tokens).toBe(5);
      expect(tokens).toBeLessThanOrEqual(5);
      expect(completion.choices[0]?.finish_reason).toBe(tokens === 5 ? 'length' : 'stop');
    });

    it('returns n choices, each with its index', async () => {
      const completion = await client.chat.completions.create({ model, messages: ask(TEXT), n: 3, max_tokens: 8 });
      expect(new Set(completion.choices.map((choice) => choice.index))).toEqual(new Set([0, 1, 2]));
      expect(completion.choices).toHaveLength(3);
    });

    it.runIf(scripted)('ends before a stop sequence, without it', async () => {
      const completion = await client.chat.completions.create({ model, messages: ask(TEXT), stop: [' jumps', 'zzz'] });
      expect(completion.choices[0]?.message.content).toBe('The quick brown fox');
      expect(completion.choices[0]?.finish_reason).toBe('stop');
    });

    it('repeats an answer under the same seed', async () => {
      const once = () =>
        client.chat.completions.create({ model, messages: ask('Name a colour.'), seed: 7, max_tokens: 16 });
      const [first, second] = [await once(), await once()];
      expect(second.choices[0]?.message.content).toBe(first.choices[0]?.message.content);
      expect(second.system_fingerprint).toBe(first.system_fingerprint);
    });

    it('returns the response headers with the request id', async () => {
      const call = client.chat.completions.create({ model, messages: ask('Hello'), max_tokens: 4 });
      const result = await call.withResponse();
      const { response } = result;
      expect(response.headers.get('x-request-id')).toMatch(/^req_\w+$/);
      expect(requestIdOf(result)).toBe(response.headers.get('x-request-id'));
      expect(Number(response.headers.get('openai-processing-ms'))).toBeGreaterThanOrEqual(0);
      expect(response.headers.get('openai-version')).toBe('2020-10-01');
    });

    it('accepts the hints that applications send', async () => {
      const completion = await client.chat.completions.create({
        model,
        messages: ask('Hello'),
        max_tokens: 4,
        user: 'user-1',
        service_tier: 'auto',
      });
      expect(completion.choices).toHaveLength(1);
    });
  });

  describe('streams', () => {
    it('returns chunks that add up, with one id and a final finish reason', async () => {
      const stream = await client.chat.completions.create({ model, messages: ask(TEXT), stream: true, max_tokens: 64 });
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      expect(chunks.length).toBeGreaterThan(2);
      expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
      expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
      expect(chunks.at(-1)?.choices[0]?.finish_reason).toMatch(/stop|length/);
      const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
      expect(text).not.toBe('');
      if (scripted) expect(text).toBe(TEXT);
    });

    it('streams the same text as a plain answer', async () => {
      const body = { model, messages: ask('Name three animals.'), seed: 11, max_tokens: 24 };
      const stream = await client.chat.completions.create({ ...body, stream: true });
      let text = '';
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      expect(text).toBe((await client.chat.completions.create(body)).choices[0]?.message.content);
    });

    it('streams tokens during generation', async () => {
      const messages = ask('Count from one to two hundred, in words.', { tokens: 60, delayMs: 10 });
      const started = performance.now();
      const stream = await client.chat.completions.create({ model, messages, stream: true, max_tokens: 60 });
      let firstMs: number | undefined;
      for await (const chunk of stream) {
        if (chunk.choices[0]?.delta.content) firstMs ??= performance.now() - started;
      }
      expect(firstMs).toBeLessThan((performance.now() - started) / 2);
    });

    it('ends with a usage chunk only if it is requested', async () => {
      const usages = async (more: object) => {
        const body = { model, messages: ask(TEXT), stream: true as const, max_tokens: 8, ...more };
        const all = [];
        for await (const chunk of await client.chat.completions.create(body)) all.push(chunk);
        return all;
      };
      const asked = await usages({ stream_options: { include_usage: true } });
      expect(asked.at(-1)?.choices).toEqual([]);
      expect(asked.at(-1)?.usage?.completion_tokens).toBeGreaterThan(0);
      expect(asked.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
      expect((await usages({})).every((chunk) => chunk.usage === undefined || chunk.usage === null)).toBe(true);
    });

    it('streams n choices in parallel', async () => {
      const body = { model, messages: ask(TEXT), n: 2, max_tokens: 8, stream: true as const };
      const ended = new Set<number>();
      for await (const chunk of await client.chat.completions.create(body)) {
        for (const choice of chunk.choices) if (choice.finish_reason !== null) ended.add(choice.index);
      }
      expect(ended).toEqual(new Set([0, 1]));
    });

    it("works with the client's streaming helper", async () => {
      const runner = streamOf(client)({
        model,
        messages: ask(TEXT),
        max_tokens: 64,
        stream_options: { include_usage: true },
      });
      let heard = '';
      runner.on('content', (delta) => {
        heard += delta;
      });
      const completion = await runner.finalChatCompletion();
      expect(heard).toBe(completion.choices[0]?.message.content);
      expect(await runner.finalContent()).toBe(heard);
      expect((await runner.finalMessage()).role).toBe('assistant');
      expect((await runner.totalUsage()).completion_tokens).toBeGreaterThan(0);
    });

    it('stops when the client disconnects and serves the next request immediately', async () => {
      const leave = async () => {
        const abort = new AbortController();
        const messages = ask('Write a very long story about the sea.', { tokens: 5000, delayMs: 10 });
        const body = { model, messages, stream: true as const };
        let seen = 0;
        const stream = await client.chat.completions.create(body, { signal: abort.signal });
        for await (const _ of stream) {
          seen += 1;
          if (seen === 3) abort.abort();
        }
        return seen;
      };
      // More requests than the engine has slots: a slot that is not released would block the last request.
      for (const seen of await Promise.all(Array.from({ length: 12 }, leave))) expect(seen).toBeLessThan(20);
      const started = performance.now();
      await client.chat.completions.create({ model, messages: ask('Hello'), max_tokens: 1 });
      expect(performance.now() - started).toBeLessThan(1000);
    });
  });

  describe.runIf(scripted)('embeddings', () => {
    const words = { model: 'text-embedding-3-small', input: ['The sea.', 'A fox.', 'The sea.'] };

    it("returns the same embeddings in the client's default encoding and as plain numbers", async () => {
      const compact = await client.embeddings.create(words);
      const plain = await client.embeddings.create({ ...words, encoding_format: 'float' });
      expect(compact.data.map((each) => each.index)).toEqual([0, 1, 2]);
      for (const [index, { embedding }] of compact.data.entries()) {
        const other = plain.data[index]?.embedding ?? [];
        expect(embedding.length).toBeGreaterThan(0);
        expect(embedding.every((value, i) => Math.abs(value - (other[i] ?? Number.NaN)) < 1e-6)).toBe(true);
      }
      expect(compact.data[0]?.embedding).toEqual(compact.data[2]?.embedding);
      expect(compact.data[0]?.embedding).not.toEqual(compact.data[1]?.embedding);
      expect(compact.usage.prompt_tokens).toBeGreaterThan(0);
    });

    it('refuses an empty embedding input by name', async () => {
      const error = await failureOf(client.embeddings.create({ ...words, input: '' }));
      expect(error).toBeInstanceOf(Client.BadRequestError);
      expect((error as { param: string }).param).toMatch(/^input/);
    });
  });

  describe('errors', () => {
    const refused = (more: object) =>
      failureOf(client.chat.completions.create({ model, messages: ask('Hello'), ...more }));

    it('throws errors typed by status, with type, param, code and request id', async () => {
      const error = await refused({ temperature: 3 });
      expect(error).toBeInstanceOf(Client.BadRequestError);
      expect(error).toMatchObject({ status: 400, type: 'invalid_request_error', param: 'temperature' });
      expect((error as { code: string }).code).toEqual(expect.any(String));
      expect((error as { message: string }).message).toContain('temperature');
    });

    it.each([
      ['an unknown model', { model: 'gpt-17' }, 404, 'model_not_found', 'model'],
      ['a missing list of messages', { messages: undefined }, 400, 'missing_required_parameter', 'messages'],
      ['an empty list of messages', { messages: [] }, 400, /./, 'messages'],
      ['a number as text', { temperature: '1' }, 400, 'invalid_type', 'temperature'],
      ['a role that does not exist', { messages: [{ role: 'robot', content: 'x' }] }, 400, /./, /^messages\[0\]/],
      ['a parameter that does not exist', { temprature: 1 }, 400, 'unknown_parameter', 'temprature'],
      ['both names of the limit', { max_tokens: 5, max_completion_tokens: 5 }, 400, /./, 'max_tokens'],
      ['a prompt over the context', { messages: ask('word '.repeat(40_000)) }, 400, 'context_length_exceeded', /./],
    ] as const)('refuses %s with a typed error that names the parameter', async (_what, more, status, code, param) => {
      const error = (await refused(more)) as InstanceType<typeof Client.APIError>;
      expect(error).toBeInstanceOf(status === 404 ? Client.NotFoundError : Client.BadRequestError);
      expect(error.status).toBe(status);
      expect(error.code).toMatch(code);
      expect(error.param).toMatch(param);
    });

    it('returns an error for a known part of the API that is not served', async () => {
      const error = await failureOf(callUnserved(client));
      expect(error).toBeInstanceOf(Client.NotFoundError);
      expect(error).toMatchObject({ status: 404, code: 'not_served' });
    });

    it('refuses to delete a model that is not fine-tuned', async () => {
      const { data } = await client.models.list();
      const models = client.models as unknown as Record<
        'delete' | 'del',
        ((id: string) => Promise<unknown>) | undefined
      >;
      const remove = (models.delete ?? models.del)?.bind(models);
      expect(await failureOf(remove?.(data[0]?.id ?? '') ?? Promise.resolve())).toBeInstanceOf(
        Client.PermissionDeniedError,
      );
    });

    it.runIf(scripted)('throws from a stream whose engine dies', async () => {
      const messages = ask(TEXT, { crashAfter: 3 });
      const stream = await client.chat.completions.create({ model, messages, stream: true });
      let text = '';
      const error = await failureOf(
        (async () => {
          for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
        })(),
      );
      expect(TEXT.startsWith(text) && text !== '').toBe(true);
      expect(error).toBeInstanceOf(Client.APIError);
      expect(error).toMatchObject({ code: 'engine_failed', type: 'server_error' });
    });

    it.runIf(scripted)('returns an error status before the first event of a stream', async () => {
      const error = await failureOf(
        client.chat.completions.create({ model, messages: ask(TEXT, { failStart: true }), stream: true }),
      );
      expect(error).toBeInstanceOf(Client.InternalServerError);
      expect(error).toMatchObject({ status: 500, code: 'engine_failed' });
    });

    it.runIf(scripted)("ends a call at the client's timeout", async () => {
      const messages = ask(TEXT, { startDelayMs: 3000 });
      const impatient = new Client({ baseURL, apiKey, maxRetries: 0, timeout: 200 });
      const started = performance.now();
      const error = await failureOf(impatient.chat.completions.create({ model, messages }));
      expect(error).toBeInstanceOf(Client.APIConnectionTimeoutError);
      expect(performance.now() - started).toBeLessThan(1000);
    });
  });
});
