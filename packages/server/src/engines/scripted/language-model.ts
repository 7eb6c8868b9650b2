/**
 * A deterministic engine for tests of the server: it echoes the last user message, one token per word piece.
 * A message that begins with the line `@script {"tokens":50,"delayMs":5,"text":"…","crashAfter":3,…}` directs it; see directives.ts
 * for every directive. It obeys the whole door (usage, maxTokens, abort, slots, overflow, close), and is never listed unless asked for.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '../../errors/catalogue.ts';
import { Admission } from '../admission.ts';
import type { GenerateEvent, GenerateOptions, GenerateRequest, LanguageModel } from '../language-model.ts';
import { type Directives, parseDirectives } from './directives.ts';

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
  pieces: readonly string[];
  reason: 'stop' | 'length';
}

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

function plan(request: GenerateRequest, contextTokens: number): Plan {
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
  const pieces = answerPieces(directives.text ?? rest, directives.tokens);
  const room = Math.min(maxTokens ?? Number.POSITIVE_INFINITY, contextTokens - promptTokens);
  const reason = pieces.length > room ? 'length' : 'stop';
  return { directives, promptTokens, pieces: pieces.slice(0, room), reason };
}

/** A scripted model behind the language-model door. */
export function createScriptedLanguageModel(options: ScriptedLanguageModelOptions = {}): LanguageModel {
  const { modelId = 'scripted', contextTokens = 8192, parallelRequests = 4 } = options;
  const admission = new Admission({ slots: parallelRequests });
  const closing = new AbortController();
  const closed = () => errors.engineFailed('it was closed.');

  async function* doGenerate(request: GenerateRequest, { signal, priority }: GenerateOptions) {
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
    capabilities: { contextTokens, parallelRequests, temperature: [0, 2], supportsSeed: true, features: [] },
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
  for (const [index, text] of pieces.entries()) {
    if (index === crashAfter) throw errors.engineFailed(`its script says so after ${crashAfter} tokens.`);
    if (delayMs > 0) await sleep(delayMs, undefined, { signal });
    signal.throwIfAborted();
    yield { type: 'token', text } satisfies GenerateEvent;
  }
  if (crashAfter !== undefined && crashAfter >= pieces.length) {
    throw errors.engineFailed(`its script says so after ${pieces.length} tokens.`);
  }
  signal.throwIfAborted();
  yield { type: 'finish', reason } satisfies GenerateEvent;
}
