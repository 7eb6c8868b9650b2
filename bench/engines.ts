/** What the benches of generation compare: our engine over a GGUF file, and a bare node-llama-cpp context over the same file. */
import { basename } from 'node:path';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import { createLlamaCppLanguageModel } from '../packages/server/src/engines/llama-cpp/language-model.ts';

export interface EngineOptions {
  /** GGUF file. */
  path: string;
  contextTokens: number;
  /** Requests decoded at once. */
  sequences: number;
  threads: number;
}

/** Without role headings, so that both sides can be given exactly the same tokens. */
const PLAIN_TEMPLATE = '{% for m in messages %}{{ m.content }}{% endfor %}';

/** Loaded. `chatTemplate`: Jinja. Only errors are logged. */
export async function openOurs(
  { path, contextTokens, sequences, threads }: EngineOptions,
  chatTemplate = PLAIN_TEMPLATE,
) {
  const model = createLlamaCppLanguageModel({
    modelId: basename(path),
    path,
    chatTemplate,
    contextTokens,
    parallelRequests: sequences,
    threads,
    log: {
      info: () => undefined,
      warn: () => undefined,
      error: (fields, text) => process.stderr.write(`${text} ${JSON.stringify(fields)}\n`),
    },
  });
  await model.ready();
  return model;
}

export async function openBare({ path, contextTokens, sequences, threads }: EngineOptions) {
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: threads, logLevel: LlamaLogLevel.error });
  const model = await llama.loadModel({ modelPath: path, gpuLayers: 0 });
  const context = await model.createContext({ contextSize: contextTokens, sequences, batchSize: 128 });
  return { model, context };
}
