/** Embeddings through the official clients, the AI SDK and LangChain with their default parameters. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createOpenAI } from '@ai-sdk/openai';
import { OpenAIEmbeddings } from '@langchain/openai';
import { cosineSimilarity, embed, embedMany } from 'ai';
import { describe, expect, it } from 'vitest';
import { sendRequest } from '../testing/request.ts';
import { failureOf, GENERATIONS } from './openai-clients.ts';
import { REPOSITORY } from './server.ts';
import { scripted, target } from './target.ts';

const MODEL = process.env['SELFSAME_TEST_EMBEDDING_MODEL'] ?? 'text-embedding-3-small';
/** Under this name token ids are those of cl100k_base, regardless of the model that replaces it. */
const HOSTED = 'text-embedding-3-small';
const { baseURL, apiKey } = target;

/** A real server may have no embedding model; the scripted one always has one. */
async function offersEmbeddings(): Promise<boolean> {
  const response = await sendRequest(`${baseURL}/embeddings`, {
    headers: { authorization: `Bearer ${apiKey}` },
    body: { model: MODEL, input: 'x' },
  });
  await response.arrayBuffer();
  return response.ok;
}

const offered = scripted || (await offersEmbeddings());

/** Pairs of texts that are each other's nearest neighbours in any embedding model. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['How do I reset my password?', 'How can I reset a password that I forgot?'],
  ['The cat sleeps on the sofa.', 'On the sofa sleeps the cat.'],
  ['Company revenue rose by ten percent.', 'By ten percent the company revenue rose.'],
  ['Boil the pasta in salted water.', 'Salted water is what pasta must boil in.'],
  ['The train to Paris leaves at nine.', 'At nine the train leaves for Paris.'],
];

const dot = (a: readonly number[] = [], b: readonly number[] = []) =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

describe.runIf(offered).each(GENERATIONS)('embeddings with $name', ({ Client }) => {
  const client = new Client({ baseURL, apiKey, maxRetries: 0 });

  it("returns the same vectors as base64, the client's default, and as floats", async () => {
    const input = ['one text', 'another text'];
    const coded = await client.embeddings.create({ model: MODEL, input });
    const floats = await client.embeddings.create({ model: MODEL, input, encoding_format: 'float' });
    expect(coded.data.map(({ index }) => index)).toEqual([0, 1]);
    expect(Array.from(coded.data[0]?.embedding ?? [])).toEqual(floats.data[0]?.embedding);
    expect(Array.from(coded.data[1]?.embedding ?? [])).toEqual(floats.data[1]?.embedding);
    expect(dot(floats.data[0]?.embedding, floats.data[0]?.embedding)).toBeCloseTo(1, 5);
    expect(coded.usage).toEqual(floats.usage);
    expect(coded.usage.total_tokens).toBeGreaterThanOrEqual(4);
  });

  it('names the model that embeds and returns the same vectors under both names', async () => {
    const { model, data } = await client.embeddings.create({ model: MODEL, input: 'whose is it?' });
    expect((await client.models.list()).data.map(({ id }) => id)).toContain(model);
    const own = await client.embeddings.create({ model, input: 'whose is it?' });
    expect(own.data).toEqual(data);
  });

  it('accepts token ids of the model under its own id', async () => {
    const { model } = await client.embeddings.create({ model: MODEL, input: 'x' });
    const { data } = await client.embeddings.create({ model, input: [[2000, 2001], [2002]] });
    const [first] = (await client.embeddings.create({ model, input: [2000, 2001] })).data;
    expect(data).toHaveLength(2);
    expect(first?.embedding).toEqual(data[0]?.embedding);
  });

  it('decodes token ids under a hosted name with its vocabulary', async () => {
    const text = await client.embeddings.create({
      model: HOSTED,
      input: ['The library opens at nine.', 'Straße 東京'],
    });
    const input = [
      [791, 6875, 16264, 520, 11888, 13],
      [77414, 24352, 61696, 109, 47653],
    ];
    expect(await client.embeddings.create({ model: HOSTED, input })).toEqual(text);
    const failure = await failureOf(client.embeddings.create({ model: HOSTED, input: [[791], [100_300]] }));
    expect(failure).toMatchObject({ status: 400, param: 'input[1]' });
  });

  it('shortens vectors and refuses more dimensions than the model has', async () => {
    const { data } = await client.embeddings.create({ model: MODEL, input: 'short', dimensions: 8 });
    expect(data[0]?.embedding).toHaveLength(8);
    const failure = await failureOf(client.embeddings.create({ model: MODEL, input: 'long', dimensions: 100_000 }));
    expect(failure).toBeInstanceOf(Client.BadRequestError);
    expect(failure).toMatchObject({ param: 'dimensions' });
  });

  it('names the invalid input', async () => {
    const tooLong = await failureOf(
      client.embeddings.create({ model: MODEL, input: ['fine', 'fine', 'fine', 'word '.repeat(20_000)] }),
    );
    expect(tooLong).toMatchObject({ status: 400, param: 'input[3]', code: 'context_length_exceeded' });
    // @ts-expect-error The types do not allow a mix of texts and numbers.
    const mixed = await failureOf(client.embeddings.create({ model: MODEL, input: ['fine', 3] }));
    expect(mixed).toMatchObject({ status: 400, param: 'input[1]', code: 'invalid_type' });
    const empty = await failureOf(client.embeddings.create({ model: MODEL, input: ['fine', ''] }));
    expect(empty).toMatchObject({ status: 400, param: 'input[1]' });
  });

  it('returns similar vectors for texts of the same meaning', async () => {
    const texts = PAIRS.flat();
    const { data } = await client.embeddings.create({ model: MODEL, input: texts });
    texts.forEach((_, i) => {
      const scores = data.map(({ embedding }, j) => (i === j ? -1 : dot(embedding, data[i]?.embedding)));
      expect(scores.indexOf(Math.max(...scores)), texts[i]).toBe(i % 2 === 0 ? i + 1 : i - 1);
    });
  });
});

describe.runIf(offered)('embeddings with the AI SDK', () => {
  const model = createOpenAI({ baseURL, apiKey }).embeddingModel(MODEL);

  it('embeds one value with the AI SDK and counts its tokens', async () => {
    const { embedding, usage } = await embed({ model, value: 'sunny day at the beach' });
    expect(dot(embedding, embedding)).toBeCloseTo(1, 5);
    expect(usage.tokens).toBeGreaterThanOrEqual(5);
  });

  it('embeds many values in order, over several calls', async () => {
    const values = [...PAIRS.flat(), ...Array.from({ length: 90 }, (_, i) => `value number ${i}`)];
    const { embeddings } = await embedMany({ model, values, maxParallelCalls: 4 });
    expect(embeddings).toHaveLength(values.length);
    const again = await embed({ model, value: values.at(-1) ?? '' });
    expect(cosineSimilarity(again.embedding, embeddings.at(-1) ?? [])).toBeCloseTo(1, 6);
    expect(cosineSimilarity(embeddings[0] ?? [], embeddings[1] ?? [])).toBeGreaterThan(
      cosineSimilarity(embeddings[0] ?? [], embeddings[2] ?? []),
    );
  });

  it('returns vectors of the requested dimensions through the AI SDK', async () => {
    const { embedding } = await embed({ model, value: 'x', providerOptions: { openai: { dimensions: 16 } } });
    expect(embedding).toHaveLength(16);
  });
});

describe.runIf(offered)('embeddings with LangChain', () => {
  const embeddings = new OpenAIEmbeddings({ model: MODEL, apiKey, configuration: { baseURL }, batchSize: 3 });

  it('embeds documents in batches and a query with LangChain', async () => {
    const documents = PAIRS.map(([text]) => text);
    const vectors = await embeddings.embedDocuments(documents);
    expect(vectors).toHaveLength(documents.length);
    for (const [i, [, question]] of PAIRS.entries()) {
      const query = await embeddings.embedQuery(question);
      const scores = vectors.map((vector) => dot(vector, query));
      expect(scores.indexOf(Math.max(...scores)), question).toBe(i);
    }
  });

  it('returns vectors of the requested dimensions through LangChain', async () => {
    const short = new OpenAIEmbeddings({ model: MODEL, apiKey, configuration: { baseURL }, dimensions: 32 });
    expect(await short.embedQuery('x')).toHaveLength(32);
  });
});

describe.runIf(offered)('examples/embeddings.ts', () => {
  it('prints the nearest sentence first', async () => {
    const env = { ...process.env, OPENAI_BASE_URL: baseURL, OPENAI_API_KEY: apiKey };
    const path = join(REPOSITORY, 'examples/embeddings.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [path, 'A forgotten password'], { env });
    expect(stdout.split('\n')[0]).toContain('How to reset a forgotten password');
  });
});
