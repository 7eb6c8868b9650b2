/** Runs a file of requests as a batch: `node examples/batches.ts` */
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI, { toFile } from 'openai';

const client = new OpenAI({
  baseURL: process.env['OPENAI_BASE_URL'] ?? 'http://localhost:8642/v1',
  apiKey: process.env['OPENAI_API_KEY'] ?? 'none needed on this machine',
});

const lines = ['Say hello.', 'Say goodbye.'].map((content, index) =>
  JSON.stringify({
    custom_id: `request-${index}`,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: 'gpt-4o-mini', messages: [{ role: 'user', content }] },
  }),
);
const input = await client.files.create({
  file: await toFile(Buffer.from(lines.join('\n')), 'requests.jsonl'),
  purpose: 'batch',
});

let batch = await client.batches.create({
  input_file_id: input.id,
  endpoint: '/v1/chat/completions',
  completion_window: '24h',
});
while (['validating', 'in_progress', 'finalizing'].includes(batch.status)) {
  await sleep(200);
  batch = await client.batches.retrieve(batch.id);
}
console.log(batch.status, `${batch.request_counts?.completed} of ${batch.request_counts?.total}`);

const output = await client.files.content(batch.output_file_id ?? '');
for (const line of (await output.text()).trim().split('\n')) {
  const { custom_id, response } = JSON.parse(line);
  console.log(custom_id, response.body.choices[0].message.content);
}
