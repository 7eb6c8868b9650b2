/** Finds the likeliest of several texts by their scores, without generating: `node examples/completions.ts` */
import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env['OPENAI_BASE_URL'] ?? 'http://localhost:8642/v1',
  apiKey: process.env['OPENAI_API_KEY'] ?? 'none needed on this machine',
});

const texts = ['The cat sat on the mat.', 'The cat sat on the cloud.', 'Mat the on sat cat the.'];
const { choices } = await client.completions.create({
  model: 'gpt-3.5-turbo-instruct',
  prompt: texts,
  max_tokens: 0,
  echo: true,
  logprobs: 0,
});

for (const { text, logprobs } of choices) {
  // The first token of a text follows nothing.
  const scores = (logprobs?.token_logprobs ?? []).filter((each) => each !== null);
  const sum = scores.reduce((total, each) => total + each, 0);
  console.log(sum.toFixed(1), text);
}
