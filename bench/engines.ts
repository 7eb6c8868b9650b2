/** The two sides of the generation benches: our engine and a bare node-llama-cpp context with the same GGUF file. */
import { basename } from 'node:path';
import { getLlama, LlamaLogLevel, type LlamaModel, type Token, TokenBias } from 'node-llama-cpp';
import { addCallerBias } from '../packages/server/src/engines/llama-cpp/caller-bias.ts';
import { createChatTemplate } from '../packages/server/src/engines/llama-cpp/chat-template.ts';
import { createLlamaCppLanguageModel } from '../packages/server/src/engines/llama-cpp/language-model.ts';

export interface EngineOptions {
  /** GGUF file. */
  path: string;
  contextTokens: number;
  /** Requests decoded in parallel. */
  sequences: number;
  threads: number;
}

/** Without role headings, so that both sides evaluate exactly the same tokens. */
const PLAIN_TEMPLATE = '{% for m in messages %}{{ m.content }}{% endfor %}';

/** Returns the loaded model. `chatTemplate`: Jinja. Only errors are logged. */
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

/** A bias against end tokens, so that every run has the requested number of tokens: token id → -100. */
export function neverEnd(model: LlamaModel): Map<number, number> {
  const { length } = model.fileInfo.metadata.tokenizer.ggml.tokens;
  const ends = Array.from({ length }, (_, id) => id).filter((id) => model.isEogToken(id as Token));
  return new Map(ends.map((id) => [id, -100]));
}

/** The bias for the bare engine. */
export function toTokenBias(model: LlamaModel, logitBias: ReadonlyMap<number, number>): TokenBias {
  const bias = new TokenBias(model.tokenizer);
  addCallerBias(bias, logitBias, { isEnd: (token) => model.isEogToken(token), underGrammar: false });
  return bias;
}

/** Tokens of a user message, rendered with the chat template of the file if it has one. */
export function toPrompt(model: LlamaModel, content: string): Token[] {
  const { bos, bosString, eosString, shouldPrependBosToken } = model.tokens;
  const source = model.fileInfo.metadata.tokenizer.chat_template;
  const ends = { bosToken: bosString ?? '', eosToken: eosString ?? '' };
  const text =
    source === undefined
      ? content
      : createChatTemplate({ source, modelId: 'bench', ...ends })([{ role: 'user', content }]);
  const tokens = model.tokenize(text, true);
  return shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens;
}

/** Loads only the vocabulary of a file. */
export async function openVocabulary(path: string): Promise<LlamaModel> {
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
  return await llama.loadModel({ modelPath: path, gpuLayers: 0, vocabOnly: true });
}
