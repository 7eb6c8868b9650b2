/**
 * Loads a GGUF embedding model in its engine process. Invariant: text is tokenized as by the model's reference
 * tokenizer, with its special tokens; missing special tokens are added to the caller's token ids.
 */
import { type LlamaModel, LlamaVocabularyType, type Token } from 'node-llama-cpp';
import { toUnitVector } from '../../lib/unit-vector.ts';
import { createWordPieceTokenizer } from '../../models/formats/word-piece.ts';
import type { Embedder } from '../child-process/embedding-turns.ts';
import { claimMemory } from '../child-process/memory.ts';
import type { LoadEmbedder } from '../child-process/serve-embedder.ts';
import { checkFile, openModel } from './load.ts';
import { startLlama } from './start-llama.ts';

/** An encoder processes an input in one batch, whose buffers grow quadratically with the length. */
const MAX_INPUT_TOKENS = 2048;
/** The threads of libuv, in which the contexts compute. */
const MAX_LANES = 4;
/** Of all contexts of one thread together. */
const MAX_LANE_BYTES = 512 * 1024 ** 2;

export const loadEmbedder: LoadEmbedder<Token> = async (settings, log) => {
  const started = performance.now();
  const fileBytes = await checkFile(settings.path, settings.modelId);
  await claimMemory(fileBytes);
  const llama = await startLlama(settings.threads, log);
  const model = await openModel(llama, settings);
  const wanted = settings.inputTokens ?? MAX_INPUT_TOKENS;
  const inputTokens = Math.min(wanted, model.trainContextSize, MAX_INPUT_TOKENS);
  // The engine requires inputs shorter than its context, so the context has one more token.
  const shape = { contextSize: inputTokens + 1, batchSize: inputTokens };
  const need = await model.fileInsights.estimateContextResourceRequirementsV2({
    ...shape,
    sequences: 1,
    modelGpuLayers: 0,
    isEmbeddingContext: true,
  });
  const lanes = countLanes(settings.threads, need.cpuRam);
  await claimMemory(fileBytes + need.cpuRam * (1 + lanes));
  const open = (threads: number) => model.createEmbeddingContext({ ...shape, threads });
  const alone = await open(settings.threads);
  const beside = await Promise.all(Array.from({ length: lanes }, () => open(1)));
  const facts = {
    inputTokens,
    dimensions: model.embeddingVectorSize,
    loadMs: Math.round(performance.now() - started),
  };
  const embedder = {
    limit: inputTokens,
    vocabulary: piecesOf(model).length,
    tokenize: createTokenize(model),
    inputsAtOnce: Math.max(1, lanes),
    embed: async (inputs: readonly (readonly Token[])[]) =>
      await Promise.all(
        inputs.map(async (tokens, index) => {
          const context = inputs.length === 1 ? alone : (beside[index] ?? alone);
          // A copy, because the engine may append to the list.
          return toUnitVector((await context.getEmbeddingFor([...tokens])).vector);
        }),
      ),
  };
  return { facts, embedder };
};

/**
 * Number of inputs that are embedded in parallel, each in a context of one thread. Threads of one context busy-wait for
 * each other at every layer: if other programs use the cores, two of them take about four times the processor time of
 * one. A single input uses a context of all threads, for its latency.
 */
function countLanes(threads: number, contextBytes: number): number {
  const lanes = Math.min(threads, MAX_LANES, Math.floor(MAX_LANE_BYTES / Math.max(1, contextBytes)));
  return lanes < 2 ? 0 : lanes;
}

function piecesOf(model: LlamaModel): readonly string[] {
  return model.fileInfo.metadata.tokenizer.ggml.tokens;
}

function createTokenize(model: LlamaModel): Embedder<Token>['tokenize'] {
  const isWordPiece = model.vocabularyType === LlamaVocabularyType.wpm;
  const { bos, eos, sep, shouldPrependBosToken, shouldAppendEosToken } = model.tokens;
  const first = isWordPiece || shouldPrependBosToken ? bos : null;
  const last = isWordPiece ? sep : shouldAppendEosToken ? eos : null;
  const read = isWordPiece ? wordPieces(model) : (text: string) => model.tokenize(text);
  return (input) => {
    const isText = typeof input === 'string';
    const tokens = isText ? read(input) : ([...input] as Token[]);
    // Special tokens among token ids count as present; their names in a text do not.
    if (first !== null && (isText || tokens[0] !== first)) tokens.unshift(first);
    if (last !== null && (isText || tokens.at(-1) !== last)) tokens.push(last);
    return tokens;
  };
}

/** GGUF token type of control tokens. */
const CONTROL_TYPE = 3;

function wordPieces(model: LlamaModel): (text: string) => Token[] {
  const { token_type: types, unknown_token_id: unknown } = model.fileInfo.metadata.tokenizer.ggml;
  const pieces = piecesOf(model);
  const control = new Set(pieces.filter((_, id) => types?.[id] === CONTROL_TYPE));
  const tokenize = createWordPieceTokenizer({ pieces, control, unknownId: unknown ?? pieces.indexOf('[UNK]') });
  return (text) => tokenize(text) as Token[];
}
