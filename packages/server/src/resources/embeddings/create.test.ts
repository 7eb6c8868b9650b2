import { encode } from 'gpt-tokenizer/encoding/cl100k_base';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';

let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startTestServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => server.close());

type Params = OpenAI.EmbeddingCreateParams;
const embed = (input: Params['input'], more: Partial<Params> = {}) =>
  client.embeddings.create({ model: 'text-embedding-3-small', input, encoding_format: 'float', ...more });
type Raw = { data: { embedding: number[] | string }[] };
const post = async (body: object) => (await server.request<Raw>('POST', '/v1/embeddings', body)).body;
const vectorsOf = ({ data }: OpenAI.CreateEmbeddingResponse) => data.map(({ embedding }) => embedding);
const lengthOf = (vector: readonly number[] = []) => Math.hypot(...vector);

describe('embeddings.create', () => {
  it('returns vectors in the order of the inputs, and the model and its token count', async () => {
    const answer = await embed(['one two', 'three', 'one two']);
    expect(answer).toMatchObject({
      object: 'list',
      model: 'scripted-embedding',
      usage: { prompt_tokens: 8, total_tokens: 8 },
      data: [
        { object: 'embedding', index: 0 },
        { object: 'embedding', index: 1 },
        { object: 'embedding', index: 2 },
      ],
    });
    const [first, second, third] = vectorsOf(answer);
    expect(third).toEqual(first);
    expect(second).not.toEqual(first);
    expect(first).toHaveLength(256);
    expect(lengthOf(first)).toBeCloseTo(1, 6);
  });

  it('accepts one or several texts, and the token ids of one or several texts', async () => {
    const own = { model: 'scripted-embedding' };
    expect((await embed('one')).data).toHaveLength(1);
    expect((await embed(['one', 'two'])).data).toHaveLength(2);
    const tokens = await embed([5, 6, 7], own);
    expect(tokens.data).toHaveLength(1);
    const several = await embed([[5, 6, 7], [9]], own);
    expect(vectorsOf(several)[0]).toEqual(vectorsOf(tokens)[0]);
    expect(several.data).toHaveLength(2);
  });

  it.each(['text-embedding-3-small', 'text-embedding-3-large', 'text-embedding-ada-002'])(
    'decodes token ids under the name %s with the vocabulary of that model',
    async (model) => {
      const texts = ['The library opens at nine.', 'Straße 東京 😀'];
      const asText = await embed(texts, { model });
      const asTokens = await embed(
        texts.map((text) => encode(text)),
        { model },
      );
      expect(asTokens).toEqual(asText);
      expect(asTokens.model).toBe('scripted-embedding');
      const [alone] = vectorsOf(await embed(encode(texts[0] ?? ''), { model }));
      expect(alone).toEqual(vectorsOf(asText)[0]);
      await expect(embed([[5], [100_300]], { model })).rejects.toMatchObject({
        status: 400,
        param: 'input[1]',
        code: 'invalid_value',
        message: expect.stringContaining('100300 is no token of cl100k_base'),
      });
    },
  );

  it('returns the same numbers in base64 as little-endian 32-bit floats', async () => {
    const body = { model: 'text-embedding-3-small', input: ['one', 'two words'], dimensions: 100 };
    const floats = await post(body);
    const coded = await post({ ...body, encoding_format: 'base64' });
    for (const index of [0, 1]) {
      const bytes = Buffer.from(String(coded.data[index]?.embedding), 'base64');
      expect(bytes).toHaveLength(400);
      const numbers = Array.from({ length: 100 }, (_, i) => bytes.readFloatLE(4 * i));
      expect(numbers).toEqual(floats.data[index]?.embedding);
    }
    // The client requests base64 by default and decodes it.
    const decoded = await client.embeddings.create(body);
    expect(vectorsOf(decoded)[0]).toEqual(floats.data[0]?.embedding);
  });

  it('shortens a vector to the requested dimensions and scales it to length 1', async () => {
    const [whole] = vectorsOf(await embed('shorten me'));
    const [short] = vectorsOf(await embed('shorten me', { dimensions: 10 }));
    const scale = lengthOf(whole?.slice(0, 10));
    expect(short).toHaveLength(10);
    expect(lengthOf(short)).toBeCloseTo(1, 6);
    for (const [i, value] of (short ?? []).entries()) expect(value).toBeCloseTo((whole?.[i] ?? 0) / scale, 6);
    expect(vectorsOf(await embed('shorten me', { dimensions: 256 }))[0]).toEqual(whole);
    await expect(embed('shorten me', { dimensions: 257 })).rejects.toMatchObject({
      status: 400,
      param: 'dimensions',
      code: 'integer_above_max_value',
      message: expect.stringContaining('256'),
    });
  });

  const many = (count: number) => Array.from({ length: count }, () => 'x');
  const REFUSED: [string, object, string, string][] = [
    ['an empty text', { input: '' }, 'input', 'empty_string'],
    ['an empty text among others', { input: ['a', ''] }, 'input[1]', 'empty_string'],
    ['no input', { input: undefined }, 'input', 'missing_required_parameter'],
    ['an empty list', { input: [] }, 'input', 'empty_array'],
    ['an empty list of tokens', { input: [[1], []] }, 'input[1]', 'empty_array'],
    ['more than 2048 inputs', { input: many(2049) }, 'input', 'array_above_max_length'],
    ['a number among texts', { input: ['a', 3] }, 'input[1]', 'invalid_type'],
    ['another type of input', { input: { a: 1 } }, 'input', 'invalid_type'],
    ['no dimensions', { dimensions: 0 }, 'dimensions', 'integer_below_min_value'],
    ['another format', { encoding_format: 'int8' }, 'encoding_format', 'invalid_value'],
    ['an unknown field', { truncate: true }, 'truncate', 'unknown_parameter'],
    ['a text that is too long', { input: ['a', 'b', 'c', 'd '.repeat(512)] }, 'input[3]', 'context_length_exceeded'],
    ['a lone text that is too long', { input: 'd '.repeat(512) }, 'input', 'context_length_exceeded'],
    ['a token that does not exist', { model: 'scripted-embedding', input: [[1], [2e9]] }, 'input[1]', 'invalid_value'],
  ];
  it.each(REFUSED)('refuses %s in an embedding request and names the position', async (_what, more, param, code) => {
    const response = await server.post('/v1/embeddings', { model: 'text-embedding-3-small', input: 'x', ...more });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param, code, type: 'invalid_request_error' } });
  });

  it('accepts 2,048 inputs and the parameter user', async () => {
    expect((await embed(many(2048), { user: 'u' })).data.at(-1)).toMatchObject({ index: 2047 });
  });

  it('refuses to embed with a chat model and to chat with an embedding model', async () => {
    await expect(embed('x', { model: 'scripted' })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      message: expect.stringContaining('scripted-embedding'),
    });
    await expect(embed('x', { model: 'gpt-4o-mini' })).rejects.toMatchObject({ status: 404 });
    for (const model of ['scripted-embedding', 'text-embedding-3-small']) {
      const messages = [{ role: 'user' as const, content: 'x' }];
      await expect(client.chat.completions.create({ model, messages })).rejects.toMatchObject({ status: 404 });
    }
    expect(await client.models.retrieve('text-embedding-ada-002')).toMatchObject({ id: 'scripted-embedding' });
  });

  it('returns 503 while no embedding model is installed', async () => {
    const without = await startTestServer({ scripted: 'false' });
    const response = await without.post('/v1/embeddings', { model: 'text-embedding-3-small', input: 'x' });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      error: { code: 'model_unavailable', message: expect.stringContaining('No embedding model is here') },
    });
    await without.close();
  });

  it('stops embedding for disconnected clients, so that the next request does not wait', async () => {
    const input = Array.from({ length: 2000 }, () => '@script {"startDelayMs":5}\nx');
    const controller = new AbortController();
    const { signal } = controller;
    // The engine serves four requests in parallel.
    const leaving = Array.from({ length: 4 }, () =>
      client.embeddings.create({ model: 'text-embedding-3-small', input }, { signal }),
    );
    const ended = Promise.allSettled(leaving);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const left = performance.now();
    controller.abort();
    expect((await embed('next')).data).toHaveLength(1);
    expect(performance.now() - left).toBeLessThan(250);
    expect((await ended).map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
  });
});
