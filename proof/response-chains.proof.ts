/**
 * Long histories over HTTP: a chain of 1,000 responses and a conversation of 10,000 items. The newest response takes
 * as long as an earlier one that reads as much, and lists have every item once.
 */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../packages/server/src/start/testing/test-server.ts';

const CHAIN = 1000;
/** The responses whose median times are compared. Both groups read as much as the context takes. */
const COMPARED = 100;
/** A cost that grows with the length of the history would at least double; a busy machine adds noise. */
const MAX_GROWTH = 2;
const FEW_ITEMS = 1000;
const ITEMS = 10_000;
const ITEMS_PER_REQUEST = 20;
const ANSWER = '@script {"tokens":1}\nyes';

let server: TestServer;
let client: OpenAI;

beforeAll(async () => {
  server = await startTestServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
});

afterAll(() => server.close());

const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

/** Creates a response and returns its id, its time in ms and the tokens that its model read. */
async function respond(more: Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming>) {
  const since = performance.now();
  const response = await client.responses.create({ model: 'scripted', input: ANSWER, truncation: 'auto', ...more });
  const ms = performance.now() - since;
  expect(response).toMatchObject({ status: 'completed', output_text: 'yes' });
  return { id: response.id, ms, read: response.usage?.input_tokens ?? 0 };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe(`a chain of ${CHAIN} responses`, () => {
  const ids: string[] = [];
  const reads: number[] = [];

  it('does not slow down its newest responses', async () => {
    const times: number[] = [];
    for (let index = 0; index < CHAIN; index += 1) {
      const { id, ms, read } = await respond({ previous_response_id: ids.at(-1) ?? null });
      ids.push(id);
      reads.push(read);
      times.push(ms);
    }
    const half = CHAIN / 2;
    const [early, late] = [median(times.slice(half, half + COMPARED)), median(times.slice(-COMPARED))];
    console.info(`chain of ${CHAIN}: ${early.toFixed(1)} ms in its middle, ${late.toFixed(1)} ms at its end`);
    expect(late).toBeLessThan(early * MAX_GROWTH);
  });

  it('is read by its newest responses until the context is full', () => {
    const [first = 0, second = 0] = reads;
    const perTurn = second - first;
    console.info(`tokens read: ${first}, ${second}, … ${reads.at(-1)}`);
    expect(reads.slice(0, COMPARED)).toEqual(Array.from({ length: COMPARED }, (_, index) => first + perTurn * index));
    expect(reads.at(-1)).toBeGreaterThan(first + perTurn * COMPARED);
  });

  it('is still read after the deletion of all responses except the newest', async () => {
    for (const id of ids.slice(0, -1)) await client.responses.delete(id);
    const { read } = await respond({ previous_response_id: ids.at(-1) ?? null });
    console.info(`tokens read after the deletion: ${read}`);
    expect(read).toBeGreaterThanOrEqual(reads.at(-1) ?? 0);
    await expect(client.responses.retrieve(ids[0] ?? '')).rejects.toMatchObject({ status: 404 });
  });
});

describe(`a conversation of ${ITEMS} items`, () => {
  let id = '';
  let length = 0;

  beforeAll(async () => {
    ({ id } = await client.conversations.create());
  });

  const textOf = (item: object) => ('content' in item ? (item.content as { text: string }[])[0]?.text : undefined);
  const list = async () =>
    (await collect(client.conversations.items.list(id, { limit: 100, order: 'asc' }))).map(textOf);

  async function grow(to: number): Promise<void> {
    for (; length < to; length += ITEMS_PER_REQUEST) {
      const items = Array.from({ length: ITEMS_PER_REQUEST }, (_, index) => ({
        type: 'message' as const,
        role: 'user' as const,
        content: `number ${length + index}`,
      }));
      await client.conversations.items.create(id, { items });
    }
  }

  /** Median time of responses in the conversation. */
  async function measure(): Promise<number> {
    const times: number[] = [];
    for (let index = 0; index < COMPARED; index += 1) times.push((await respond({ conversation: id })).ms);
    return median(times);
  }

  it(`lists each item once, and its responses take as long as with ${FEW_ITEMS} items`, async () => {
    await grow(FEW_ITEMS);
    const few = await measure();
    await grow(ITEMS);
    const texts = await list();
    const numbers = texts.filter((text) => text?.startsWith('number '));
    expect(numbers).toEqual(Array.from({ length: ITEMS }, (_, index) => `number ${index}`));
    expect(texts).toHaveLength(ITEMS + COMPARED * 2);
    const many = await measure();
    console.info(`conversation: ${few.toFixed(1)} ms with ${FEW_ITEMS} items, ${many.toFixed(1)} ms with ${ITEMS}`);
    expect(many).toBeLessThan(few * MAX_GROWTH);
    expect(await list()).toHaveLength(ITEMS + COMPARED * 4);
  });
});
