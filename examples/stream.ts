/** An answer, printed while it is generated: `node examples/stream.ts "Tell me a story."` */
import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env['OPENAI_BASE_URL'] ?? 'http://localhost:8642/v1',
  apiKey: process.env['OPENAI_API_KEY'] ?? 'none needed on this machine',
});

const stream = await client.chat.completions.create({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: process.argv[2] ?? 'Count from one to ten in words.' }],
  stream: true,
});

for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '');
process.stdout.write('\n');
