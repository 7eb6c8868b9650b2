/** Vectors by the server's own adapter, for score.py: `node embed.ts MODEL.gguf < TEXTS.json > VECTORS.json`. */
import { text } from 'node:stream/consumers';
import { createLlamaCppEmbeddingModel } from '../../../packages/server/src/engines/llama-cpp/embedding-model.ts';

const log = { debug() {}, info() {}, warn: console.error, error: console.error };
const inputs = JSON.parse(await text(process.stdin)) as string[];
const model = createLlamaCppEmbeddingModel({ modelId: 'measured', path: process.argv[2] ?? '', threads: 1, log });
await model.ready();
const { vectors } = await model.doEmbed(
  { inputs, nameInput: (index) => `${index}` },
  { signal: new AbortController().signal, priority: 'online' },
);
process.stdout.write(JSON.stringify(vectors.map((vector) => Array.from(vector))));
await model.close();
