/**
 * Loads a GGUF file in the engine process. Invariant: the memory that is needed is asked for before anything large is allocated, and every
 * reason why the model cannot be used names it.
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import {
  getLlama,
  type Llama,
  type LlamaContext,
  type LlamaContextSequence,
  LlamaLogLevel,
  type LlamaModel,
  LlamaVocabularyType,
  type Token,
} from 'node-llama-cpp';
import { findGgufError } from '../../models/formats/gguf-reader.ts';
import type { LogLevel } from '../child-process/engine-protocol.ts';
import { EngineFailure, unusable } from '../child-process/failure.ts';
import { claimMemory } from '../child-process/memory.ts';
import { createChatTemplate, type RenderChat } from './chat-template.ts';
import type { ContinuationOptions } from './continuation.ts';
import { controlStrings, createControlTokenGuard } from './control-tokens.ts';
import type { LoadedFacts, LoadSettings } from './generation-protocol.ts';
import { type PromptOptions, tokenizePrompt } from './prompt.ts';
import { measureMessageTokens, type PromptFacts } from './prompt-bound.ts';
import { BLOCK_TOKENS } from './prompt-pieces.ts';
import { knowsThoughts } from './thought-reader.ts';
import { createTokenPieces } from './token-pieces.ts';
import { TOOL_FORMS, type ToolFamily, toolFamilyOf } from './tool-form.ts';

export interface LoadedModel {
  model: LlamaModel;
  context: LlamaContext;
  /** One for each request that is decoded at once. */
  sequences: LlamaContextSequence[];
  /** Whether prompts are read in whole blocks, see prompt-pieces.ts. */
  blocks: boolean;
  /** What a token of a prompt takes where nothing else wants the processor, a few at a time. */
  tokenMs: number;
  prompt: PromptOptions<Token>;
  continuation: ContinuationOptions<Token>;
  facts: LoadedFacts;
}

/**
 * Most tokens of one batch. A batch's buffers grow with it times the vocabulary (0.3 GB for 128 × 262k), and a round is cut to
 * 120 ms anyway, which on a CPU is rarely more.
 */
const BATCH_TOKENS = 128;
/** Tokens by which a machine is judged. */
const WARM_UP_TOKENS = 8;
/** A block of a prompt may take so long. Judged by few tokens, which are a little dearer each. */
const LONGEST_BLOCK_MS = 200;
/** Changes when this adapter samples or renders differently. */
const ADAPTER_VERSION = '3';

type Log = (level: LogLevel, message: string) => void;

export async function loadModel(settings: LoadSettings, log: Log): Promise<LoadedModel> {
  const started = performance.now();
  const { modelId, path, threads, parallelRequests } = settings;
  const fileBytes = await checkFile(path, modelId);
  await claimMemory(fileBytes);
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: threads,
    logLevel: LlamaLogLevel.warn,
    logger: (level, message) =>
      log(level === LlamaLogLevel.error || level === LlamaLogLevel.fatal ? 'error' : 'info', message.trim()),
  });
  // A second thread on a physical core only waits for the first one.
  llama.maxThreads = Math.min(threads, Math.max(1, llama.cpuMathCores));
  const model = await openModel(llama, settings);
  const source = settings.chatTemplate ?? model.fileInfo.metadata.tokenizer?.chat_template;
  const toolFamily = toolFamilyOf(source ?? '');
  const prompt = createPromptOptions(model, { source, modelId, toolFamily });
  const continuation = createContinuationOptions(model, prompt);
  const contextTokens = Math.min(settings.contextTokens, model.trainContextSize);
  const flashAttention = flashAttentionPays(model);
  const shape = { contextSize: contextTokens, sequences: parallelRequests, batchSize: BATCH_TOKENS, flashAttention };
  const need = await model.fileInsights.estimateContextResourceRequirementsV2({ ...shape, modelGpuLayers: 0 });
  await claimMemory(fileBytes + need.cpuRam);
  const context = await model.createContext({ ...shape, failedCreationRemedy: false });
  const sequences = Array.from({ length: parallelRequests }, () => context.getSequence());
  const tokenMs = await warmUp(sequences[0], model);
  const blocks = tokenMs * BLOCK_TOKENS <= LONGEST_BLOCK_MS;
  const facts = {
    contextTokens,
    fingerprint: fingerprintOf({ settings, model, fileBytes, engine: llama.llamaCppRelease.release, blocks }),
    toolFamily,
    fillsMiddle: continuation.middle !== undefined,
    prompt: toPromptFacts(model, prompt),
    thinks: knowsThoughts(source ?? ''),
    loadMs: Math.round(performance.now() - started),
  };
  return { model, context, sequences, blocks, tokenMs, prompt, continuation, facts };
}

/**
 * On a CPU flash attention adds up heads in steps of 64 numbers, and what is left over one by one: with heads of 32 a token that is
 * drawn behind 600 others takes three times as long as without, while prompts are read a third faster.
 */
function flashAttentionPays({ fileInfo: { metadata } }: LlamaModel): boolean {
  const facts = metadata[metadata.general.architecture] as AttentionFacts | undefined;
  const { head_count: heads, key_length: length = Number(facts?.embedding_length) / Number(heads) } =
    facts?.attention ?? {};
  return length % 64 === 0;
}

/** What files of all architectures say, if not all of them say all of it. */
interface AttentionFacts {
  embedding_length?: number;
  attention?: { head_count?: number; key_length?: number };
}

/**
 * Warms the model up, and tells what a token of a prompt takes: by processor time, so that a machine that is busy just now is not taken
 * for a slow one.
 */
async function warmUp(sequence: LlamaContextSequence | undefined, model: LlamaModel): Promise<number> {
  const token = model.tokens.bos ?? model.tokens.eos;
  if (sequence === undefined || token === null) return Number.POSITIVE_INFINITY;
  const tokens = Array.from<Token>({ length: WARM_UP_TOKENS }).fill(token);
  let usedMs = 0;
  // The first time reads the weights from the disk.
  for (let time = 0; time < 2; time++) {
    const before = process.cpuUsage();
    await sequence.evaluateWithoutGeneratingNewTokens(tokens);
    const { user, system } = process.cpuUsage(before);
    usedMs = (user + system) / 1000 / model.llama.maxThreads;
  }
  await sequence.clearHistory();
  return usedMs / WARM_UP_TOKENS;
}

export async function checkFile(path: string, modelId: string): Promise<number> {
  const fault = await findGgufError(path);
  if (fault !== undefined) throw unusable(`The file of '${modelId}' ${fault}.`);
  return statSync(path).size;
}

export function openModel(llama: Llama, { path }: Pick<LoadSettings, 'path'>): Promise<LlamaModel> {
  return llama.loadModel({ modelPath: path, gpuLayers: 0, useMmap: true });
}

/** A model without a template still goes on with raw texts. */
function refuseMessages(modelId: string): RenderChat {
  const message = `'${modelId}' has no chat template, so it takes no messages; it goes on with a raw 'prompt' at /v1/completions.`;
  return () => {
    throw new EngineFailure({ code: 'invalid_messages', message });
  };
}

interface PromptParts {
  /** Jinja; undefined = there is none. */
  source: string | undefined;
  modelId: string;
  toolFamily: ToolFamily;
}

function createPromptOptions(model: LlamaModel, { source, modelId, toolFamily }: PromptParts): PromptOptions<Token> {
  const tokenizerInfo = model.fileInfo.metadata.tokenizer;
  const { bos, bosString, eosString, shouldPrependBosToken } = model.tokens;
  const ends = { bosToken: bosString ?? '', eosToken: eosString ?? '' };
  const render = source === undefined ? refuseMessages(modelId) : createChatTemplate({ source, modelId, ...ends });
  const guard = createControlTokenGuard(controlStrings(tokenizerInfo.ggml.tokens, tokenizerInfo.ggml.token_type));
  return {
    render,
    guard,
    form: TOOL_FORMS[toolFamily],
    tokenizer: {
      tokenize: (text, continues) => model.tokenize(text, true, continues ? 'trimLeadingSpace' : undefined),
      bos: shouldPrependBosToken && bos !== null ? bos : undefined,
    },
  };
}

function createContinuationOptions(
  { tokens, fileInfo }: LlamaModel,
  { tokenizer }: PromptOptions<Token>,
): ContinuationOptions<Token> {
  const { prefix, suffix, middle } = tokens.infill;
  const known = prefix !== null && suffix !== null && middle !== null;
  return {
    tokenizer,
    vocabulary: fileInfo.metadata.tokenizer.ggml.tokens.length,
    empty: tokens.bos ?? tokens.eos ?? undefined,
    middle: known ? { prefix, suffix, middle } : undefined,
  };
}

function toPromptFacts({ vocabularyType, fileInfo }: LlamaModel, prompt: PromptOptions<Token>): PromptFacts {
  const vocabulary = fileInfo.metadata.tokenizer.ggml;
  const pieceOf = createTokenPieces(vocabulary);
  // Others stand for a whole word that they do not know by one token.
  const isWhole = vocabularyType === LlamaVocabularyType.bpe || vocabularyType === LlamaVocabularyType.spm;
  const longest = vocabulary.tokens.reduce((most, _, id) => Math.max(most, pieceOf(id).bytes?.length ?? 0), 1);
  return {
    longestTokenBytes: isWhole ? longest : undefined,
    messageTokens: measureMessageTokens((messages) => tokenizePrompt({ messages }, prompt).length),
  };
}

interface FingerprintParts {
  settings: LoadSettings;
  model: LlamaModel;
  fileBytes: number;
  engine: string;
  blocks: boolean;
}

function fingerprintOf({ settings, model, fileBytes, engine, blocks }: FingerprintParts): string {
  const { chatTemplate = null, endOfTurn } = settings;
  const name = model.fileInfo.metadata.general?.name ?? null;
  const parts = JSON.stringify([fileBytes, name, engine, blocks, ADAPTER_VERSION, chatTemplate, endOfTurn]);
  return `fp_${createHash('sha256').update(parts).digest('hex').slice(0, 10)}`;
}
