/** An assistant that answers from a file: `node examples/assistants.ts` */
import OpenAI, { toFile } from 'openai';

const client = new OpenAI({
  baseURL: process.env['OPENAI_BASE_URL'] ?? 'http://localhost:8642/v1',
  apiKey: process.env['OPENAI_API_KEY'] ?? 'none needed on this machine',
});

const text = 'The library opens at nine on Tuesdays.\n';
const store = await client.vectorStores.create({ name: 'Library' });
await client.vectorStores.files.uploadAndPoll(store.id, await toFile(Buffer.from(text), 'library.txt'));

const assistant = await client.beta.assistants.create({
  model: 'gpt-4o-mini',
  instructions: 'You answer questions about the library.',
  tools: [{ type: 'file_search' }],
  tool_resources: { file_search: { vector_store_ids: [store.id] } },
});
const thread = await client.beta.threads.create({
  messages: [{ role: 'user', content: 'When does the library open?' }],
});

const run = await client.beta.threads.runs.createAndPoll(thread.id, { assistant_id: assistant.id });
console.log(run.status, `${run.usage?.total_tokens} tokens`);

const { data: messages } = await client.beta.threads.messages.list(thread.id, { order: 'asc' });
for (const { role, content } of messages) {
  for (const part of content) if (part.type === 'text') console.log(`${role}: ${part.text.value}`);
}
