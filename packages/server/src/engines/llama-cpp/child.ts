/**
 * The program of a language model's process. node-llama-cpp runs only here, so that a native crash ends this process
 * and not the server. Loads one model, then processes requests. Invariant: the process never outlives its parent.
 */
import { LlamaGrammar, LlamaGrammarEvaluationState, type Token } from 'node-llama-cpp';
import { EngineFailure, toFailure, toLoadFailure } from '../child-process/failure.ts';
import { runUntilParentExits } from '../child-process/heartbeat.ts';
import type { TokenLogprob } from '../language-model.ts';
import { createAnswerText } from './answer-text.ts';
import { CallReader } from './call-reader.ts';
import { CharacterGuard } from './character-guard.ts';
import { tokenizeContinuation } from './continuation.ts';
import type { FromLanguageEngine, GenerateMessage, LoadSettings, ToLanguageEngine } from './generation-protocol.ts';
import type { Job } from './job.ts';
import { type Emit, Lane } from './lane.ts';
import { type LoadedModel, loadModel } from './load.ts';
import { createLogitTaps, type LogitReading } from './logit-tap.ts';
import { createPace } from './pace.ts';
import { tokenizePrompt } from './prompt.ts';
import { Rounds } from './rounds.ts';
import { createSamplerMemory } from './sampler-memory.ts';
import { createThoughtReader, THOUGHT_MARKS } from './thought-reader.ts';
import { createTokenPieces } from './token-pieces.ts';

const PROMPT_TAIL_TOKENS = 4;
/** A thought mark and the white space after it have at most this many tokens. */
const THOUGHT_TAIL_TOKENS = 12;
/** Each scored token needs memory for the whole vocabulary. */
const MAX_SCORED_TOKENS = 64;

let rounds: Rounds | undefined;
let prepare: ((message: GenerateMessage) => Job) | undefined;

const outbox: Extract<FromLanguageEngine, { type: 'events' }>['events'] = [];
const emit: Emit = (id, event) => {
  outbox.push([id, event]);
};

function send(message: FromLanguageEngine): void {
  process.send?.(message);
}

function flush(): void {
  if (outbox.length > 0) send({ type: 'events', events: outbox.splice(0) });
}

function fail(id: number, error: unknown): void {
  flush();
  send({ type: 'failed', id, failure: toFailure(error) });
}

async function load(settings: LoadSettings): Promise<void> {
  try {
    const loaded = await loadModel(settings, (level, message) => send({ type: 'log', level, message }));
    const vocabulary = loaded.model.fileInfo.metadata.tokenizer.ggml;
    const vocabularyTokens = vocabulary.tokens.length;
    const samplers = createSamplerMemory(vocabularyTokens, globalThis.gc as Parameters<typeof createSamplerMemory>[1]);
    const { blocks, sequences, tokenMs } = loaded;
    const pieceOf = createTokenPieces(vocabulary);
    const describe = createDescribe(pieceOf);
    const { tokenizer } = loaded.model;
    const isEnd = (token: Token) => loaded.model.isEogToken(token);
    const guard = new CharacterGuard({ tokenizer, vocabularyTokens, pieceOf, isEnd });
    const taps = createLogitTaps(sequences);
    const onEvaluation = samplers.count;
    const scoring = createPace({ batchTokens: MAX_SCORED_TOKENS, scored: true });
    const shared = { emit, describe, blocks, scoring, onEvaluation };
    const lanes = taps.map(({ sequence, tap }) => new Lane(sequence, { ...shared, tap }));
    const meanwhile = () => {
      flush();
      samplers.sweep();
    };
    rounds = new Rounds({ lanes, batchTokens: loaded.context.batchSize, tokenMs, fail, meanwhile });
    prepare = (message) => toJob(message, { loaded, guard, endOfTurn: settings.endOfTurn });
    send({ type: 'loaded', facts: loaded.facts });
  } catch (error) {
    send({ type: 'unloadable', failure: toLoadFailure(error, { modelId: settings.modelId, what: 'file' }) });
  }
}

interface JobParts {
  loaded: LoadedModel;
  guard: CharacterGuard;
  endOfTurn: readonly string[];
}

function toJob(message: GenerateMessage, { loaded, guard, endOfTurn }: JobParts): Job {
  const { id, priority, request, grammar, calls, schema } = message;
  const { prompt, from } = toPrompt(request, { loaded, schema });
  const limit = loaded.facts.contextTokens;
  // The context must have space for at least one token after the prompt.
  if (prompt.length + (request.maxTokens ?? 1) > limit) {
    const completionTokens = request.maxTokens ?? (prompt.length > limit ? 0 : 1);
    const param = request.prompt === undefined ? 'messages' : 'prompt';
    const promptTokens = prompt.length;
    throw new EngineFailure({ code: 'context_length_exceeded', limit, promptTokens, completionTokens, param });
  }
  checkBias(request.sampling, loaded);
  // Under a grammar only free text can contain a thought.
  const isFree = grammar === undefined || calls?.afterText === true;
  const mayThink = loaded.facts.thinks && request.prompt === undefined && isFree;
  const marks = mayThink ? Object.values(THOUGHT_MARKS) : [];
  const shown = shownTokens(loaded, [...(calls?.tags ?? []), ...marks]);
  return {
    id,
    batch: priority === 'batch',
    prompt,
    sampling: request.sampling,
    grammar: grammar === undefined ? undefined : startGrammar(grammar, loaded),
    ...(grammar === undefined ? {} : { bias: guard.watch({ logitBias: request.sampling.logitBias, shown }) }),
    maxTokens: Math.min(request.maxTokens ?? Number.POSITIVE_INFINITY, limit - prompt.length),
    topLogprobs: request.topLogprobs,
    scoredFrom: request.prompt !== undefined && request.promptLogprobs === true ? from : undefined,
    answer: createAnswerText<Token>({
      detokenize: createDetokenizer(loaded, shown),
      promptTail: prompt.slice(-PROMPT_TAIL_TOKENS),
      endOfTurn: request.prompt === undefined ? endOfTurn : [],
      ...(mayThink ? { thoughts: createThoughtReader(opensThought(prompt, loaded)) } : {}),
      ...(calls === undefined ? {} : { reader: new CallReader(calls) }),
    }),
  };
}

/** Whether the template ends with the mark that opens a thought. */
function opensThought(prompt: Token[], { model }: LoadedModel): boolean {
  return model.detokenize(prompt.slice(-THOUGHT_TAIL_TOKENS), true).trimEnd().endsWith(THOUGHT_MARKS.open);
}

/** Returns the prompt's tokens, and the index of the first token of the caller's text. */
function toPrompt(
  request: GenerateMessage['request'],
  { loaded, schema }: { loaded: LoadedModel; schema: unknown },
): { prompt: Token[]; from: number } {
  if (request.prompt !== undefined) return tokenizeContinuation(request, loaded.continuation);
  const { tools, toolChoice: choice = 'auto' } = request;
  const use = tools === undefined ? undefined : { tools, choice };
  return { prompt: tokenizePrompt({ messages: request.messages, use, schema }, loaded.prompt), from: 0 };
}

function createDescribe(pieceOf: ReturnType<typeof createTokenPieces>) {
  return ({ token, logprob, top }: LogitReading): TokenLogprob => ({
    ...pieceOf(token),
    logprob,
    top: top.map((each) => ({ ...pieceOf(each.token), logprob: each.logprob })),
  });
}

/** Ids of the control tokens whose text is kept: those of `tags`. */
function shownTokens({ model }: LoadedModel, tags: readonly string[]): ReadonlySet<number> {
  const vocabulary = model.fileInfo.metadata.tokenizer.ggml.tokens;
  return new Set(tags.map((tag) => vocabulary.indexOf(tag)));
}

function createDetokenizer({ model }: LoadedModel, shown: ReadonlySet<number>) {
  return (tokens: Token[], before: Token[]) => {
    const special = tokens.some((token) => shown.has(token));
    return model.detokenize(tokens, special, before);
  };
}

function checkBias({ logitBias = new Map() }: GenerateMessage['request']['sampling'], { model }: LoadedModel): void {
  const tokens = model.fileInfo.metadata.tokenizer.ggml.tokens.length;
  const foreign = [...logitBias.keys()].find((token) => token >= tokens);
  if (foreign === undefined) return;
  const message = `Invalid key in 'logit_bias': ${foreign} is not a token id. This model has the ids 0 to ${tokens - 1}.`;
  throw new EngineFailure({ code: 'invalid_parameter', param: 'logit_bias', message });
}

function startGrammar(grammar: string, { model }: LoadedModel): LlamaGrammarEvaluationState {
  return new LlamaGrammarEvaluationState({ model, grammar: new LlamaGrammar(model.llama, { grammar }) });
}

function generate(message: GenerateMessage): void {
  try {
    if (rounds === undefined || prepare === undefined) throw new Error('the model is not loaded');
    rounds.add(prepare(message));
  } catch (error) {
    fail(message.id, error);
  }
}

process.on('message', (message: ToLanguageEngine) => {
  if (message.type === 'load') void load(message.settings);
  else if (message.type === 'generate') generate(message);
  else if (message.type === 'cancel') rounds?.cancel(message.id);
});

runUntilParentExits();
