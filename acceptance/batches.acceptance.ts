/** Batches through the official clients: upload, create, poll, download, match by `custom_id`; cancel and list. */
import { toFile } from 'openai';
import { describe, expect, it } from 'vitest';
import { untilValue } from '../testing/until.ts';
import { type Client, failureOf, GENERATIONS } from './openai-clients.ts';
import { ask, scripted, target } from './target.ts';

const { baseURL, apiKey, model } = target;
const LINES = scripted ? 1000 : 8;
const MAX_BATCH_MS = 120_000;
const ENDED = ['failed', 'completed', 'expired', 'cancelled'];

interface OutputLine {
  custom_id: string;
  response: {
    status_code: number;
    body: { error?: { param: string }; choices: { message: { content: string } }[] };
  } | null;
  error: { code: string } | null;
}

const isBad = (i: number) => i % 10 === 7;

function toLine(i: number, directives: object = {}): string {
  const body = {
    model,
    messages: ask(`line ${i}`, directives),
    ...(isBad(i) ? { temperature: 9 } : { max_tokens: 8 }),
  };
  return JSON.stringify({ custom_id: `line-${i}`, method: 'POST', url: '/v1/chat/completions', body });
}

async function createBatch(client: Client, lines: string[], more: object = {}) {
  const file = await client.files.create({
    file: await toFile(Buffer.from(lines.join('\n')), 'in.jsonl'),
    purpose: 'batch',
  });
  const about = { input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' } as const;
  return client.batches.create({ ...about, ...more });
}

function untilEnded(client: Client, id: string) {
  const isEnded = ({ status }: { status: string }) => ENDED.includes(status);
  return untilValue(() => client.batches.retrieve(id), isEnded, { timeoutMs: MAX_BATCH_MS, intervalMs: 50 });
}

async function read(client: Client, fileId: string | null | undefined): Promise<Map<string, OutputLine>> {
  const text = await (await client.files.content(fileId ?? '')).text();
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as OutputLine);
  expect(new Set(lines.map((line) => line.custom_id)).size).toBe(lines.length);
  return new Map(lines.map((line) => [line.custom_id, line]));
}

describe.each(GENERATIONS)('batches with $name', ({ Client }) => {
  const client = new Client({ baseURL, apiKey, maxRetries: 0 });

  it(`completes ${LINES} valid and invalid lines that are matched by custom_id`, {
    timeout: MAX_BATCH_MS,
  }, async () => {
    const numbers = Array.from({ length: LINES }, (_, i) => i);
    const made = await createBatch(
      client,
      numbers.map((i) => toLine(i)),
      { metadata: { run: 'acceptance' } },
    );
    expect(made).toMatchObject({ object: 'batch', status: 'validating', metadata: { run: 'acceptance' } });
    const batch = await untilEnded(client, made.id);
    const bad = numbers.filter(isBad);
    expect(batch).toMatchObject({
      status: 'completed',
      request_counts: { total: LINES, completed: LINES - bad.length, failed: bad.length },
    });
    const output = await read(client, batch.output_file_id);
    const errors = await read(client, batch.error_file_id);
    for (const i of numbers) {
      const line = (isBad(i) ? errors : output).get(`line-${i}`);
      if (isBad(i))
        expect(line?.response).toMatchObject({ status_code: 400, body: { error: { param: 'temperature' } } });
      else if (scripted) expect(line?.response?.body.choices[0]?.message.content).toBe(`line ${i}`);
      else expect(line?.response?.status_code).toBe(200);
    }
    expect(output.size + errors.size).toBe(LINES);
  });

  it('reports the lines for which a batch failed', async () => {
    const batch = await untilEnded(client, (await createBatch(client, [toLine(0), toLine(1), toLine(0)])).id);
    expect(batch.status).toBe('failed');
    expect(batch.errors?.data).toEqual([
      { code: 'duplicate_custom_id', line: 3, param: 'custom_id', message: expect.any(String) },
    ]);
  });

  it.runIf(scripted)('returns the completed lines of a cancelled batch', async () => {
    const slow = Array.from({ length: 30 }, (_, i) => toLine(i * 10, { startDelayMs: 30_000 }));
    const { id } = await createBatch(client, [toLine(1), ...slow]);
    await expect
      .poll(async () => (await client.batches.retrieve(id)).request_counts?.completed, { timeout: MAX_BATCH_MS })
      .toBe(1);
    expect((await client.batches.cancel(id)).status).toBe('cancelling');
    const batch = await untilEnded(client, id);
    expect(batch).toMatchObject({ status: 'cancelled', request_counts: { total: 31, completed: 1, failed: 30 } });
    expect([...(await read(client, batch.output_file_id)).keys()]).toEqual(['line-1']);
    const unanswered = [...(await read(client, batch.error_file_id)).values()];
    expect(new Set(unanswered.map(({ response, error }) => JSON.stringify([response, error?.code])))).toEqual(
      new Set(['[null,"batch_cancelled"]']),
    );
    expect(await failureOf(client.batches.cancel(id))).toMatchObject({ status: 400, code: 'batch_not_cancellable' });
  });

  it('pages automatically through all batches, newest first', async () => {
    const ids: string[] = [];
    for await (const { id } of client.batches.list({ limit: 2 })) ids.push(id);
    expect(ids.length).toBeGreaterThanOrEqual(2);
    expect(ids).toEqual([...new Set(ids)].toSorted().toReversed());
  });
});
