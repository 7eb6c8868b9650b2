import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { runLanguageModelConformance } from '../language-model.conformance.ts';
import { createLlamaCppLanguageModel } from './language-model.ts';
import { silentLog } from './testing/silent-log.ts';
import { writeTinyModel } from './testing/tiny-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfsame-engine-'));
const path = join(folder, 'tiny.gguf');
beforeAll(() => writeTinyModel(path));
afterAll(() => rmSync(folder, { recursive: true }));

runLanguageModelConformance('llama.cpp with a tiny model', async () => {
  const model = createLlamaCppLanguageModel({ modelId: 'tiny', path, threads: 1, parallelRequests: 3, log: silentLog });
  await model.ready();
  return {
    model,
    long: [{ role: 'user', content: 'Tell me a long story.' }],
    unicode: [{ role: 'user', content: 'Use 😀, é and 日.' }],
  };
});
