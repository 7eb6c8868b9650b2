/**
 * Adapter: an embedding model in a separate process behind the embedding-model door. The program in that process runs
 * the model. This side keeps the queue, so that waiting requests survive a crash of the engine. It never loads native
 * code.
 */
import { defined } from '../../lib/defined.ts';
import { freeCores } from '../../lib/free-cores.ts';
import type {
  Embedded,
  EmbeddingModel,
  EmbeddingModelCapabilities,
  EmbedOptions,
  EmbedRequest,
} from '../embedding-model.ts';
import type { EngineReport } from '../engine-report.ts';
import {
  type CountMessage,
  type EmbedderSettings,
  type EmbeddingFacts,
  type EmbedEvent,
  type EmbedMessage,
  toInputError,
} from './embedding-protocol.ts';
import type { Engine, OpenEngine } from './engine.ts';
import type { EngineDeps } from './engine-process.ts';
import type { EngineMessage } from './engine-protocol.ts';
import { toApiError } from './failure.ts';
import { createOwnEngine } from './shared-engine.ts';

export interface EmbedderOptions extends EngineDeps {
  modelId: string;
  /** Absolute path of the model's file or folder. */
  path: string;
  /** Maximum tokens per input. Default and upper limit: the model's limit, at most 2048. */
  inputTokens?: number;
  /** Default: the number of free cores when the model is created. */
  threads?: number;
  /** Requests that the engine processes in parallel. Default 32. */
  parallelRequests?: number;
  /** Maximum number of waiting requests. Default 256. */
  maxWaiting?: number;
  /** Starts the engine. Default: an engine that other processes do not share. */
  openEngine?: OpenEngine;
}

interface Counting {
  resolve(counts: readonly number[]): void;
  reject(error: unknown): void;
}

interface Embedding {
  request: EmbedRequest;
  vectors: Float32Array[];
  tokens: number;
  resolve(embedded: Embedded): void;
  reject(error: unknown): void;
}

type Running = Embedding | Counting;

const DEFAULT_PARALLEL_REQUESTS = 32;

export class ChildEmbeddingModel implements EmbeddingModel {
  readonly modelId: string;
  readonly #engine: Engine<EmbeddingFacts, EmbedMessage | CountMessage>;
  readonly #running = new Map<number, Running>();

  /** `program`: path of the script that runs the model, see serve-embedder.ts. */
  constructor({ program, ...options }: EmbedderOptions & { program: string }) {
    const { modelId, path, inputTokens, threads = freeCores(), openEngine = createOwnEngine(options) } = options;
    const { parallelRequests: slots = DEFAULT_PARALLEL_REQUESTS, maxWaiting } = options;
    this.modelId = modelId;
    const settings: EmbedderSettings = defined({ modelId, path, threads, inputTokens });
    this.#engine = openEngine<EmbeddingFacts, EmbedEvent, EmbedMessage | CountMessage>(
      defined({ program, settings, slots, maxWaiting }),
      {
        onMessage: (message) => this.#receive(message),
        onEnd: (error, ids) => {
          for (const id of ids) this.#running.get(id)?.reject(error);
        },
      },
    );
  }

  /** Zeros until `ready()` has resolved. */
  get capabilities(): EmbeddingModelCapabilities {
    const { dimensions = 0, inputTokens = 0 } = this.#engine.facts ?? {};
    return { dimensions, inputTokens };
  }

  report(): EngineReport {
    return this.#engine.report();
  }

  /** Process id of the engine while it runs. */
  get pid(): number | undefined {
    return this.#engine.report().pid;
  }

  /** Loads the model. Rejects when it cannot be loaded. */
  async ready(): Promise<void> {
    await this.#engine.ready();
  }

  async doEmbed(request: EmbedRequest, options: EmbedOptions): Promise<Embedded> {
    return await this.#run<Embedded>(options, ({ id, resolve, reject }) => {
      this.#running.set(id, { request, vectors: [], tokens: 0, resolve, reject });
      this.#engine.send({ type: 'embed', id, inputs: request.inputs, priority: options.priority });
    });
  }

  async countTokens(texts: readonly string[], options: EmbedOptions): Promise<readonly number[]> {
    return await this.#run<readonly number[]>(options, ({ id, resolve, reject }) => {
      this.#running.set(id, { resolve, reject });
      this.#engine.send({ type: 'count', id, texts });
    });
  }

  /** Runs one task: acquires a slot, calls `send`, and resolves with the result. `send` registers the callbacks. */
  async #run<Result>(
    { signal, priority }: EmbedOptions,
    send: (task: { id: number; resolve(result: Result): void; reject(error: unknown): void }) => void,
  ): Promise<Result> {
    const { id, release } = await this.#engine.acquire({ signal, priority });
    let abort: (() => void) | undefined;
    try {
      signal.throwIfAborted();
      return await new Promise<Result>((resolve, reject) => {
        abort = () => {
          this.#engine.send({ type: 'cancel', id });
          reject(signal.reason);
        };
        signal.addEventListener('abort', abort, { once: true });
        send({ id, resolve, reject });
      });
    } finally {
      if (abort !== undefined) signal.removeEventListener('abort', abort);
      this.#running.delete(id);
      release();
    }
  }

  async close(): Promise<void> {
    await this.#engine.close();
  }

  #receive(message: EngineMessage<EmbedEvent>): void {
    if (message.type === 'failed') this.#running.get(message.id)?.reject(toApiError(message.failure));
    else for (const [id, event] of message.events) this.#take(this.#running.get(id), event);
  }

  #take(running: Running | undefined, event: EmbedEvent): void {
    if (running === undefined) return;
    if (!('request' in running)) {
      if (event.type === 'counts') running.resolve(event.counts);
      return;
    }
    if (event.type === 'counts') return;
    const { request, vectors } = running;
    if (event.type === 'refused') {
      running.reject(toInputError(event.error, request.nameInput(event.error.index)));
      return;
    }
    vectors.push(...event.vectors);
    running.tokens += event.tokens;
    if (vectors.length === request.inputs.length) running.resolve({ vectors, inputTokens: running.tokens });
  }
}
