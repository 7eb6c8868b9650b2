/**
 * Adapter: GGUF embedding models through llama.cpp, in a process of their own behind the embedding-model door. This side keeps the
 * waiting line, so that a request which waits survives the death of the engine; it never loads native code.
 */
import { fileURLToPath } from 'node:url';
import { errors } from '../../errors/catalogue.ts';
import { freeCores } from '../../lib/free-cores.ts';
import { Admission } from '../admission.ts';
import type {
  Embedded,
  EmbeddingModel,
  EmbeddingModelCapabilities,
  EmbedOptions,
  EmbedRequest,
} from '../embedding-model.ts';
import {
  type EmbedderSettings,
  type EmbeddingFacts,
  type EmbedEvent,
  type FromEmbedder,
  type ToEmbedder,
  toInputError,
} from './embedding-protocol.ts';
import { type EngineLog, EngineProcess } from './engine-process.ts';
import { type LoadSettings, type ToEngine, toApiError } from './protocol.ts';

export interface LlamaCppEmbeddingOptions {
  modelId: string;
  /** GGUF file. */
  path: string;
  /** Most tokens of one input. Default and at most: what the model was trained on, and 2048. */
  inputTokens?: number;
  /** Default: the cores that are free when the model is created. */
  threads?: number;
  /** Requests that take turns in the engine. Default 32. */
  parallelRequests?: number;
  /** Most requests that wait. Default 256. */
  maxWaiting?: number;
  log: EngineLog;
}

interface Running {
  request: EmbedRequest;
  vectors: Float32Array[];
  tokens: number;
  resolve(embedded: Embedded): void;
  reject(error: unknown): void;
}

const PARALLEL_REQUESTS = 32;
/** How long a request waits for an engine that is being started. */
const START_WAIT_MS = 30_000;
/** The script beside this file, with this file's own extension: `.ts` in the repository, `.js` when published. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/embedding-model(\.[jt]s)$/, 'embedding-child$1');

export class LlamaCppEmbeddingModel implements EmbeddingModel {
  readonly modelId: string;
  readonly #admission: Admission;
  readonly #engine: EngineProcess;
  readonly #running = new Map<number, Running>();
  #lastId = 0;

  constructor(options: LlamaCppEmbeddingOptions) {
    const { modelId, path, inputTokens = Number.MAX_SAFE_INTEGER, threads = freeCores(), log } = options;
    const { parallelRequests = PARALLEL_REQUESTS, maxWaiting } = options;
    this.modelId = modelId;
    this.#admission = new Admission({
      slots: parallelRequests,
      ...(maxWaiting === undefined ? {} : { maxWaiting }),
    });
    const settings: EmbedderSettings = { modelId, path, contextTokens: inputTokens, threads };
    this.#engine = new EngineProcess({
      settings: settings as LoadSettings,
      program: PROGRAM,
      log,
      // Its own program speaks through it; the two protocols differ in what an event and a request are.
      onMessage: (message) => this.#receive(message as unknown as Extract<FromEmbedder, { type: 'events' | 'failed' }>),
      onEnd: (error) => {
        for (const running of this.#running.values()) running.reject(error);
      },
    });
  }

  /** Known once `ready()` has resolved. */
  get capabilities(): EmbeddingModelCapabilities {
    const facts = this.#engine.facts as unknown as EmbeddingFacts | undefined;
    return { dimensions: facts?.dimensions ?? 0, inputTokens: facts?.contextTokens ?? 0 };
  }

  /** Process id of the engine while it runs. */
  get pid(): number | undefined {
    return this.#engine.pid;
  }

  /** Loads the model. Rejects when it cannot be loaded. */
  async ready(): Promise<void> {
    await this.#engine.ready({});
  }

  async doEmbed(request: EmbedRequest, { signal, priority }: EmbedOptions): Promise<Embedded> {
    const arrivedAt = performance.now();
    const leave = await this.#admission.enter({ signal, priority });
    const id = ++this.#lastId;
    let abort: (() => void) | undefined;
    try {
      await this.#waitForEngine(arrivedAt, signal);
      return await new Promise<Embedded>((resolve, reject) => {
        abort = () => {
          this.#send({ type: 'cancel', id });
          reject(signal.reason);
        };
        signal.addEventListener('abort', abort, { once: true });
        this.#running.set(id, { request, vectors: [], tokens: 0, resolve, reject });
        this.#send({ type: 'embed', id, inputs: request.inputs, priority });
      });
    } finally {
      if (abort !== undefined) signal.removeEventListener('abort', abort);
      this.#running.delete(id);
      leave();
    }
  }

  async close(): Promise<void> {
    this.#admission.close(() => errors.engineFailed('it was closed.'));
    await this.#engine.close();
  }

  async #waitForEngine(arrivedAt: number, signal: AbortSignal): Promise<void> {
    // From the request's arrival or the engine's death, whichever came last: a long line does not multiply the wait.
    const waitedMs = performance.now() - Math.max(arrivedAt, this.#engine.downSince);
    await this.#engine.ready({ signal, timeoutMs: Math.max(0, START_WAIT_MS - waitedMs) });
    signal.throwIfAborted();
  }

  #send(message: ToEmbedder): void {
    this.#engine.send(message as unknown as ToEngine);
  }

  #receive(message: Extract<FromEmbedder, { type: 'events' | 'failed' }>): void {
    if (message.type === 'failed') this.#running.get(message.id)?.reject(toApiError(message.failure, this.modelId));
    else for (const [id, event] of message.events) this.#take(this.#running.get(id), event);
  }

  #take(running: Running | undefined, event: EmbedEvent): void {
    if (running === undefined) return;
    const { request, vectors } = running;
    if (event.type === 'refused') {
      running.reject(toInputError(event.fault, request.nameInput(event.fault.index)));
      return;
    }
    vectors.push(...event.vectors);
    running.tokens += event.tokens;
    if (vectors.length === request.inputs.length) running.resolve({ vectors, inputTokens: running.tokens });
  }
}

export function createLlamaCppEmbeddingModel(options: LlamaCppEmbeddingOptions): LlamaCppEmbeddingModel {
  return new LlamaCppEmbeddingModel(options);
}
