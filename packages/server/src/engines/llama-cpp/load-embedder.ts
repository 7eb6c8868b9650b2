/**
 * Loads a GGUF embedding model in its engine process. Invariant: text becomes the token ids of the model's reference tokenizer, framed
 * as the model was trained; ids that a caller brings get the frame that they lack.
 */
import { getLlama, type Llama, LlamaLogLevel, type LlamaModel, LlamaVocabularyType, type Token } from 'node-llama-cpp';
import { toUnitVector } from '../../lib/unit-vector.ts';
import { createWordPieceTokenizer } from '../../models/formats/word-piece.ts';
import type { Embedder } from '../child-process/embedding-turns.ts';
import { claimMemory } from '../child-process/memory.ts';
import type { LoadEmbedder } from '../child-process/serve-embedder.ts';
import { checkFile, openModel } from './load.ts';

/** An encoder takes an input in one batch, whose buffers grow with the square of it. */
const MOST_INPUT_TOKENS = 2048;

export const loadEmbedder: LoadEmbedder<Token> = async (settings, log) => {
  const started = performance.now();
  const fileBytes = await checkFile(settings.path, settings.modelId);
  await claimMemory(fileBytes);
  const llama = await startLlama(settings.threads, log);
  const model = await openModel(llama, settings);
  const wanted = settings.inputTokens ?? MOST_INPUT_TOKENS;
  const inputTokens = Math.min(wanted, model.trainContextSize, MOST_INPUT_TOKENS);
  // The engine takes inputs that are shorter than its context, so there is one place more than is used.
  const shape = { contextSize: inputTokens + 1, batchSize: inputTokens };
  const need = await model.fileInsights.estimateContextResourceRequirementsV2({
    ...shape,
    sequences: 1,
    modelGpuLayers: 0,
    isEmbeddingContext: true,
  });
  await claimMemory(fileBytes + need.cpuRam);
  const context = await model.createEmbeddingContext({ ...shape, threads: settings.threads });
  const facts = {
    inputTokens,
    dimensions: model.embeddingVectorSize,
    loadMs: Math.round(performance.now() - started),
  };
  const embedder = {
    limit: inputTokens,
    vocabulary: piecesOf(model).length,
    tokenize: createTokenize(model),
    // The engine may add to the list that it is given.
    embed: async (tokens: readonly Token[]) => toUnitVector((await context.getEmbeddingFor([...tokens])).vector),
  };
  return { facts, embedder };
};

function startLlama(threads: number, log: Parameters<typeof loadEmbedder>[1]): Promise<Llama> {
  return getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: threads,
    logLevel: LlamaLogLevel.warn,
    logger: (level, message) =>
      log(level === LlamaLogLevel.error || level === LlamaLogLevel.fatal ? 'error' : 'info', message.trim()),
  });
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
    // A marker that is written out in a text does not stand for the frame, one among ids does.
    if (first !== null && (isText || tokens[0] !== first)) tokens.unshift(first);
    if (last !== null && (isText || tokens.at(-1) !== last)) tokens.push(last);
    return tokens;
  };
}

/** Token type of the format for what is no text. */
const CONTROL_TYPE = 3;

function wordPieces(model: LlamaModel): (text: string) => Token[] {
  const { token_type: types, unknown_token_id: unknown } = model.fileInfo.metadata.tokenizer.ggml;
  const pieces = piecesOf(model);
  const control = new Set(pieces.filter((_, id) => types?.[id] === CONTROL_TYPE));
  const tokenize = createWordPieceTokenizer({ pieces, control, unknownId: unknown ?? pieces.indexOf('[UNK]') });
  return (text) => tokenize(text) as Token[];
}
