/** Finds the sentence that is nearest in meaning: `node examples/embeddings.ts "I cannot log in"` */
import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: process.env['OPENAI_BASE_URL'] ?? 'http://localhost:8642/v1',
  apiKey: process.env['OPENAI_API_KEY'] ?? 'none needed on this machine',
});

const sentences = [
  'How to reset a forgotten password',
  'Opening hours of the library',
  'A recipe for tomato soup',
  'When the next train leaves',
];
const question = process.argv[2] ?? 'I forgot my password and cannot log in.';

const { data, model, usage } = await client.embeddings.create({
  model: 'text-embedding-3-small',
  input: [question, ...sentences],
});

// Every vector has length 1, so that the dot product is the cosine.
const [asked = [], ...others] = data.map(({ embedding }) => embedding);
const found = others.map((vector, i) => ({
  sentence: sentences[i],
  score: vector.reduce((sum, value, j) => sum + value * (asked[j] ?? 0), 0),
}));
for (const { sentence, score } of found.toSorted((a, b) => b.score - a.score)) console.log(score.toFixed(3), sentence);
console.error(`(${model}, ${usage.total_tokens} tokens)`);
