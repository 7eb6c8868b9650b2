import { toFile } from 'openai';
import { expect, it, vi } from 'vitest';
import { openTestClient } from '../../start/testing/test-client.ts';

const PATIENT = { timeout: 15_000, interval: 20 };

const { client } = await openTestClient();

it('a batch creates responses', async () => {
  const lines = ['one', 'two'].map((input, index) =>
    JSON.stringify({
      custom_id: `${index}`,
      method: 'POST',
      url: '/v1/responses',
      body: { model: 'scripted', input },
    }),
  );
  const file = await client.files.create({
    file: await toFile(Buffer.from(lines.join('\n')), 'a.jsonl'),
    purpose: 'batch',
  });
  const batch = await client.batches.create({
    input_file_id: file.id,
    endpoint: '/v1/responses',
    completion_window: '24h',
  });
  await vi.waitUntil(async () => (await client.batches.retrieve(batch.id)).status === 'completed', PATIENT);
  const { output_file_id: output } = await client.batches.retrieve(batch.id);
  const results = (await (await client.files.content(output ?? '')).text()).trim().split('\n');
  const texts: string[] = results.map((line) => JSON.parse(line).response.body.output[0].content[0].text);
  expect(texts.toSorted()).toEqual(['one', 'two']);
});
