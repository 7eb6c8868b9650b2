/**
 * Adapter: GGUF models through llama.cpp, in a process of their own behind the language-model door. This side keeps the waiting line,
 * so that a request which waits survives the death of the engine; it never loads native code.
 */
import { freeCores } from '../../lib/free-cores.ts';
import { createAdmission } from '../admission.ts';
import { createEventChannel, type EventChannel } from '../event-channel.ts';
import type { GenerateEvent, GenerateOptions, GenerateRequest, LanguageModel } from '../language-model.ts';
import { createEngineProcess, type EngineLog } from './engine-process.ts';
import { toApiError } from './protocol.ts';

export interface LlamaCppOptions {
  modelId: string;
  /** GGUF file. */
  path: string;
  /** Jinja chat template. Default: the one in the file; without either, loading fails with a message that says so. */
  chatTemplate?: string;
  /** Strings that end the model's turn, e.g. `\nUser:` where the template is a plain transcript. */
  endOfTurn?: readonly string[];
  /** Most prompt + completion tokens of one request. Default 8192; never more than the model was trained on. */
  contextTokens?: number;
  /** Requests decoded at once; each takes memory for a whole context. Default 4. */
  parallelRequests?: number;
  /** Default: the cores that are free when the model is created. */
  threads?: number;
  /** Most requests that wait. Default 256. */
  maxWaiting?: number;
  log: EngineLog;
}

export interface LlamaCppLanguageModel extends LanguageModel {
  /** Loads the model now instead of at the first request. Rejects when it cannot be loaded. */
  ready(): Promise<void>;
  /** Process id of the engine while it runs. */
  readonly pid: number | undefined;
}

const CONTEXT_TOKENS = 8192;
const PARALLEL_REQUESTS = 4;
/** How long a request waits for an engine that is being started. */
const START_WAIT_MS = 30_000;

/** `capabilities.contextTokens` and `fingerprint` are final once `ready()` has resolved. */
export function createLlamaCppLanguageModel(options: LlamaCppOptions): LlamaCppLanguageModel {
  const { modelId, path, contextTokens = CONTEXT_TOKENS, parallelRequests = PARALLEL_REQUESTS, log } = options;
  const { chatTemplate, endOfTurn = [], threads = freeCores(), maxWaiting } = options;
  const admission = createAdmission({
    slots: parallelRequests,
    ...(maxWaiting === undefined ? {} : { maxWaiting }),
  });
  const running = new Map<number, EventChannel<GenerateEvent>>();
  let lastId = 0;

  const engine = createEngineProcess({
    settings: {
      modelId,
      path,
      endOfTurn,
      contextTokens,
      parallelRequests,
      threads,
      ...(chatTemplate === undefined ? {} : { chatTemplate }),
    },
    log,
    onMessage(message) {
      if (message.type === 'failed') running.get(message.id)?.fail(toApiError(message.failure, modelId));
      else for (const [id, event] of message.events) running.get(id)?.push(event);
    },
    onEnd(error) {
      for (const channel of running.values()) channel.fail(error);
    },
  });

  async function* doGenerate(request: GenerateRequest, { signal, priority }: GenerateOptions) {
    const arrivedAt = performance.now();
    const leave = await admission.enter({ signal, priority });
    const id = ++lastId;
    const channel = createEventChannel<GenerateEvent>();
    const abort = () => channel.failNow(signal.reason);
    let finished = false;
    try {
      // Counted from the request's arrival or the engine's death, whichever came last, so that a long line does not multiply the wait.
      const waitedMs = performance.now() - Math.max(arrivedAt, engine.downSince);
      await engine.ready({ signal, timeoutMs: Math.max(0, START_WAIT_MS - waitedMs) });
      signal.throwIfAborted();
      signal.addEventListener('abort', abort, { once: true });
      running.set(id, channel);
      engine.send({ type: 'generate', id, request });
      while (!finished) {
        const event = await channel.take();
        finished = event.type === 'finish';
        yield event;
      }
    } finally {
      signal.removeEventListener('abort', abort);
      if (running.delete(id) && !finished) engine.send({ type: 'cancel', id });
      leave();
    }
  }

  return {
    modelId,
    get capabilities() {
      return {
        contextTokens: engine.facts?.contextTokens ?? contextTokens,
        parallelRequests,
        temperature: [0, 2] as const,
        supportsSeed: true,
      };
    },
    get fingerprint() {
      return engine.facts?.fingerprint ?? 'fp_notloaded';
    },
    get pid() {
      return engine.pid;
    },
    async ready() {
      await engine.ready({});
    },
    doGenerate,
    async close() {
      admission.close(() => toApiError({ code: 'engine_failed', message: 'it was closed.' }, modelId));
      await engine.close();
    },
  };
}
