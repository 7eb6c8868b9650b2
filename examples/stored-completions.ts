/** Stores a chat completion with metadata and finds it again: `node examples/stored-completions.ts` */
import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env['OPENAI_BASE_URL'] ?? 'http://localhost:8642/v1',
  apiKey: process.env['OPENAI_API_KEY'] ?? 'none needed on this machine',
});

const topic = `greetings-${Date.now()}`;
const { id } = await client.chat.completions.create({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'Say hello.' }],
  store: true,
  metadata: { topic },
});

for await (const completion of client.chat.completions.list({ metadata: { topic } })) {
  console.log(completion.id === id ? 'found' : 'another', completion.choices[0]?.message.content);
}
