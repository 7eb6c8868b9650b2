/**
 * A deterministic engine for tests of the server: it echoes the last user message, one token per word piece.
 * Where the last message is what a tool said, it echoes that; where a call is required and none is scripted, it calls with no arguments.
 * A message that begins with the line `@script {"tokens":50,"delayMs":5,"text":"…","crashAfter":3,…}` directs it; see directives.ts
 * for every directive. It obeys the whole door (usage, maxTokens, abort, slots, overflow, close), and is never listed unless asked for.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '../../errors/catalogue.ts';
import { Admission } from '../admission.ts';
import type {
  ConversationRequest,
  GenerateEvent,
  GenerateOptions,
  GenerateRequest,
  LanguageModel,
} from '../language-model.ts';
import { type Directives, parseDirectives, type ScriptedCall } from './directives.ts';

export interface ScriptedLanguageModelOptions {
  /** Default `scripted`. */
  modelId?: string;
  /** Default 8192. */
  contextTokens?: number;
  /** Default 4. */
  parallelRequests?: number;
}

interface Plan {
  directives: Directives;
  promptTokens: number;
  pieces: readonly Piece[];
  reason: Extract<GenerateEvent, { type: 'finish' }>['reason'];
}

/** What one token writes. */
type Piece = Omit<Extract<GenerateEvent, { type: 'token' }>, 'type'>;

/** Up to four characters with the space before them; characters are code points, so that none is cut. */
const PIECE = /\s*\S{1,4}|\s+/gu;
const FILLER = 'word ';

/** The engine's tokens of a text, in order. Joined they give the text back. */
export function splitScriptedTokens(text: string): string[] {
  return text.match(PIECE) ?? [];
}

function answerPieces(text: string, tokens: number | undefined): string[] {
  const pieces = splitScriptedTokens(text);
  if (tokens === undefined) return pieces;
  const source = pieces.length === 0 ? [FILLER] : pieces;
  return Array.from({ length: tokens }, (_, i) => source[i % source.length] ?? FILLER);
}

function plan(request: ConversationRequest, contextTokens: number): Plan {
  const { messages, maxTokens } = request;
  const lastUser = messages.findLast((message) => message.role === 'user');
  const { directives, rest } = parseDirectives(lastUser?.content ?? '');
  const counted = messages.reduce((sum, message) => sum + splitScriptedTokens(message.content).length, 0);
  const promptTokens = directives.promptTokens ?? counted;
  // At least one token must fit behind the prompt, as in any real context.
  if (promptTokens + (maxTokens ?? 1) > contextTokens) {
    const asked = maxTokens ?? (promptTokens > contextTokens ? 0 : 1);
    throw errors.contextLengthExceeded(contextTokens, promptTokens, asked);
  }
  const calls = toCalls(request, directives);
  const last = messages.at(-1);
  const echo = last?.role === 'tool' || last?.role === 'function' ? last.content : rest;
  const text = directives.text ?? (calls.length > 0 ? '' : echo);
  const pieces = [
    ...answerPieces(text, directives.tokens ?? (text === '' && calls.length > 0 ? 0 : undefined)).map((piece) => ({
      text: piece,
    })),
    ...calls.flatMap(callPieces),
  ];
  const room = Math.min(maxTokens ?? Number.POSITIVE_INFINITY, contextTokens - promptTokens);
  const reason = pieces.length > room ? 'length' : calls.length > 0 ? 'tool_calls' : 'stop';
  return { directives, promptTokens, pieces: pieces.slice(0, room), reason };
}

function toCalls(request: ConversationRequest, { calls: scripted }: Directives): readonly ScriptedCall[] {
  const { tools, toolChoice = 'auto', parallelToolCalls = true, messages } = request;
  if (tools === undefined) return [];
  const wanted = typeof toolChoice === 'string' ? tools : tools.filter((tool) => tool.name === toolChoice.name);
  const answered = messages.at(-1)?.role === 'tool' || messages.at(-1)?.role === 'function';
  const fallback = toolChoice === 'auto' ? [] : wanted.slice(0, 1).map(({ name }) => ({ name, arguments: {} }));
  const calls = answered && toolChoice === 'auto' ? [] : (scripted ?? fallback);
  const unknown = calls.find((call) => !wanted.some((tool) => tool.name === call.name));
  if (unknown !== undefined)
    throw errors.invalidValue('messages', `The script calls '${unknown.name}', which it may not.`);
  return parallelToolCalls && typeof toolChoice === 'string' ? calls : calls.slice(0, 1);
}

/** One token for the name, and those of the arguments. */
function callPieces({ name, arguments: value }: ScriptedCall, index: number): Piece[] {
  const pieces = splitScriptedTokens(JSON.stringify(value));
  return [
    { text: '', calls: [{ index, name, arguments: '' }] },
    ...pieces.map((piece) => ({ text: '', calls: [{ index, arguments: piece }] })),
  ];
}

/** A scripted model behind the language-model door. */
export function createScriptedLanguageModel(options: ScriptedLanguageModelOptions = {}): LanguageModel {
  const { modelId = 'scripted', contextTokens = 8192, parallelRequests = 4 } = options;
  const admission = new Admission({ slots: parallelRequests });
  const closing = new AbortController();
  const closed = () => errors.engineFailed('it was closed.');

  async function* doGenerate(request: GenerateRequest, { signal, priority }: GenerateOptions) {
    if (request.prompt !== undefined)
      throw errors.unsupportedParameter('prompt', 'This model only answers conversations.');
    const leave = await admission.enter({ signal, priority });
    const either = AbortSignal.any([signal, closing.signal]);
    try {
      yield* follow(plan(request, contextTokens), either);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw closing.signal.aborted ? closed() : error;
    } finally {
      leave();
    }
  }

  return {
    modelId,
    capabilities: { contextTokens, parallelRequests, temperature: [0, 2], supportsSeed: true, features: ['tools'] },
    fingerprint: 'fp_scripted1',
    doGenerate,
    async close() {
      admission.close(closed);
      closing.abort();
    },
  };
}

async function* follow({ directives, promptTokens, pieces, reason }: Plan, signal: AbortSignal) {
  const { delayMs = 0, startDelayMs = 0, crashAfter, failStart = false, cachedTokens = 0 } = directives;
  if (startDelayMs > 0) await sleep(startDelayMs, undefined, { signal });
  if (failStart) throw errors.engineFailed('its script says that it cannot start.');
  yield { type: 'start', promptTokens, cachedTokens } satisfies GenerateEvent;
  for (const [index, piece] of pieces.entries()) {
    if (index === crashAfter) throw errors.engineFailed(`its script says so after ${crashAfter} tokens.`);
    if (delayMs > 0) await sleep(delayMs, undefined, { signal });
    signal.throwIfAborted();
    yield { type: 'token', ...piece } satisfies GenerateEvent;
  }
  if (crashAfter !== undefined && crashAfter >= pieces.length) {
    throw errors.engineFailed(`its script says so after ${pieces.length} tokens.`);
  }
  signal.throwIfAborted();
  yield { type: 'finish', reason } satisfies GenerateEvent;
}
