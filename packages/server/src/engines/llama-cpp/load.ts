/**
 * Loads a GGUF file in the engine process. Invariants: memory is claimed before it is allocated; every error names the
 * model.
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import {
  type Llama,
  type LlamaContext,
  type LlamaContextSequence,
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
import { startLlama } from './start-llama.ts';
import { knowsThoughts } from './thought-reader.ts';
import { createTokenPieces } from './token-pieces.ts';
import { TOOL_FORMS, type ToolFamily, toolFamilyOf } from './tool-form.ts';

export interface LoadedModel {
  model: LlamaModel;
  context: LlamaContext;
  /** One per parallel request. */
  sequences: LlamaContextSequence[];
  /** Whether prompts are evaluated in whole blocks, see prompt-pieces.ts. */
  blocks: boolean;
  /** Time per prompt token on an idle processor, measured with a few tokens. */
  tokenMs: number;
  prompt: PromptOptions<Token>;
  continuation: ContinuationOptions<Token>;
  facts: LoadedFacts;
}

/**
 * Maximum tokens per batch. Buffers grow with this number times the vocabulary (0.3 GB for 128 × 262k), and a CPU
 * rarely evaluates more tokens in a round of 120 ms.
 */
const BATCH_TOKENS = 128;
/** Tokens for measuring the speed of the machine. */
const WARM_UP_TOKENS = 8;
/** Maximum duration of a block of a prompt, estimated from `tokenMs`, which is a little too high for blocks. */
const MAX_BLOCK_MS = 200;
/** Increment when this adapter samples or renders differently. */
const ADAPTER_VERSION = '3';

type Log = (level: LogLevel, message: string) => void;

export async function loadModel(settings: LoadSettings, log: Log): Promise<LoadedModel> {
  const started = performance.now();
  const { modelId, path, threads, parallelRequests } = settings;
  const fileBytes = await checkFile(path, modelId);
  await claimMemory(fileBytes);
  const llama = await startLlama(threads, log);
  // A second thread on the same physical core does not help.
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
  const blocks = tokenMs * BLOCK_TOKENS <= MAX_BLOCK_MS;
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
 * Flash attention on a CPU processes heads in steps of 64 numbers and the remainder one by one. With heads of 32,
 * drawing a token after 600 others takes three times as long as without it, although prompts are evaluated a third
 * faster.
 */
function flashAttentionPays({ fileInfo: { metadata } }: LlamaModel): boolean {
  const facts = metadata[metadata.general.architecture] as AttentionFacts | undefined;
  const { head_count: heads, key_length: length = Number(facts?.embedding_length) / Number(heads) } =
    facts?.attention ?? {};
  return length % 64 === 0;
}

/** Metadata that most architectures have. */
interface AttentionFacts {
  embedding_length?: number;
  attention?: { head_count?: number; key_length?: number };
}

/**
 * Warms the model up and returns the time per prompt token in milliseconds. Measures processor time, so that other load
 * on the machine does not affect the result.
 */
async function warmUp(sequence: LlamaContextSequence | undefined, model: LlamaModel): Promise<number> {
  const token = model.tokens.bos ?? model.tokens.eos;
  if (sequence === undefined || token === null) return Number.POSITIVE_INFINITY;
  const tokens = Array.from<Token>({ length: WARM_UP_TOKENS }).fill(token);
  let usedMs = 0;
  // The first iteration reads the weights from disk.
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
  const defect = await findGgufError(path);
  if (defect !== undefined) throw unusable(`The file of '${modelId}' ${defect}.`);
  return statSync(path).size;
}

export function openModel(llama: Llama, { path }: Pick<LoadSettings, 'path'>): Promise<LlamaModel> {
  return llama.loadModel({ modelPath: path, gpuLayers: 0, useMmap: true });
}

/** A model without a chat template accepts raw prompts only. */
function refuseMessages(modelId: string): RenderChat {
  const message = `'${modelId}' has no chat template, so it takes no messages; it goes on with a raw 'prompt' at /v1/completions.`;
  return () => {
    throw new EngineFailure({ code: 'invalid_messages', message });
  };
}

interface PromptParts {
  /** Jinja chat template; undefined = the model has none. */
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
  // Other vocabularies use one token for a whole unknown word.
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
