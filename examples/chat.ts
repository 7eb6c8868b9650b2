/** One question, one answer, with the official client: `node examples/chat.ts "What is the capital of France?"` */
import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env['OPENAI_BASE_URL'] ?? 'http://localhost:8642/v1',
  apiKey: process.env['OPENAI_API_KEY'] ?? 'none needed on this machine',
});

const completion = await client.chat.completions.create({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: process.argv[2] ?? 'Say hello in one short sentence.' }],
});

console.log(completion.choices[0]?.message.content);
console.error(`(${completion.model}, ${completion.usage?.total_tokens} tokens)`);
