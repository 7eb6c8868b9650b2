/**
 * A deterministic engine for tests of the server: it echoes the last user message or a raw text, one token per word
 * piece, with artificial log probabilities. plan.ts determines the answer. A text may start with the line `@script
 * {"tokens":50,"delayMs":5,"text":"…","crashAfter":3,…}`; directives.ts defines the directives. It implements the
 * complete door (usage, maxTokens, abort, slots, overflow, close) and is served only on request.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '../../errors/catalogue.ts';
import { Admission } from '../admission.ts';
import type { GenerateEvent, GenerateOptions, GenerateRequest, LanguageModel } from '../language-model.ts';
import { type Plan, planAnswer } from './plan.ts';

export interface ScriptedLanguageModelOptions {
  /** Default `scripted`. */
  modelId?: string;
  /** Default 8192. */
  contextTokens?: number;
  /** Default 4. */
  parallelRequests?: number;
}

/** A scripted model behind the language-model door. */
export function createScriptedLanguageModel(options: ScriptedLanguageModelOptions = {}): LanguageModel {
  const { modelId = 'scripted', contextTokens = 8192, parallelRequests = 4 } = options;
  const admission = new Admission({ slots: parallelRequests });
  const closing = new AbortController();
  const closed = () => errors.engineFailed('it was closed.');

  async function* doGenerate(request: GenerateRequest, { signal, priority }: GenerateOptions) {
    const release = await admission.acquire({ signal, priority });
    const either = AbortSignal.any([signal, closing.signal]);
    try {
      yield* follow(planAnswer(request, contextTokens), either);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw closing.signal.aborted ? closed() : error;
    } finally {
      release();
    }
  }

  return {
    modelId,
    capabilities: {
      contextTokens,
      parallelRequests,
      temperature: [0, 2],
      supportsSeed: true,
      features: ['tools', 'logprobs', 'completion', 'prompt_logprobs', 'suffix'],
    },
    fingerprint: 'fp_scripted1',
    doGenerate,
    report: () => ({ pid: undefined, waiting: admission.waiting, busy: admission.busy, restarts: 0, isDown: false }),
    async close() {
      admission.close(closed);
      closing.abort();
    },
  };
}

async function* follow({ directives, start, pieces, reason }: Plan, signal: AbortSignal) {
  const { delayMs = 0, startDelayMs = 0, crashAfter, failStart = false } = directives;
  if (startDelayMs > 0) await sleep(startDelayMs, undefined, { signal });
  if (failStart) throw errors.engineFailed('its script says that it cannot start.');
  yield start;
  for (const [index, piece] of pieces.entries()) {
    if (index === crashAfter) throw errors.engineFailed(`its script says so after ${crashAfter} tokens.`);
    if (delayMs > 0) await sleep(delayMs, undefined, { signal });
    signal.throwIfAborted();
    yield piece;
  }
  if (crashAfter !== undefined && crashAfter >= pieces.length) {
    throw errors.engineFailed(`its script says so after ${pieces.length} tokens.`);
  }
  signal.throwIfAborted();
  yield { type: 'finish', reason } satisfies GenerateEvent;
}
