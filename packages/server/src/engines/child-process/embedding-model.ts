/**
 * An embedding model in a process of its own, behind the embedding-model door: everything but the engine, which is the program's.
 * This side keeps the waiting line, so that a request which waits survives the death of the engine; it never loads native code.
 */
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
import { toApiError } from './failure.ts';
import type { EngineMessage } from './messages.ts';
import { createOwnEngine, type EngineSurroundings } from './shared-engine.ts';

export interface EmbedderOptions extends EngineSurroundings {
  modelId: string;
  /** Absolute path of the model's file or folder. */
  path: string;
  /** Most tokens of one input. Default and at most: what the model was made for, and 2048. */
  inputTokens?: number;
  /** Default: the cores that are free when the model is created. */
  threads?: number;
  /** Requests that take turns in the engine. Default 32. */
  parallelRequests?: number;
  /** Most requests that wait. Default 256. */
  maxWaiting?: number;
  /** Who runs its process. Default: this process, for itself alone. */
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

const PARALLEL_REQUESTS = 32;

export class ChildEmbeddingModel implements EmbeddingModel {
  readonly modelId: string;
  readonly #engine: Engine<EmbeddingFacts, EmbedMessage | CountMessage>;
  readonly #running = new Map<number, Running>();

  /** `program`: path of the script that loads and runs the model, see serve-embedder.ts. */
  constructor({ program, ...options }: EmbedderOptions & { program: string }) {
    const { modelId, path, inputTokens, threads = freeCores(), openEngine = createOwnEngine(options) } = options;
    const { parallelRequests: slots = PARALLEL_REQUESTS, maxWaiting } = options;
    this.modelId = modelId;
    const settings: EmbedderSettings = {
      modelId,
      path,
      threads,
      ...(inputTokens === undefined ? {} : { inputTokens }),
    };
    this.#engine = openEngine<EmbeddingFacts, EmbedEvent, EmbedMessage | CountMessage>(
      { program, settings, slots, ...(maxWaiting === undefined ? {} : { maxWaiting }) },
      {
        onMessage: (message) => this.#receive(message),
        onEnd: (error, ids) => {
          for (const id of ids) this.#running.get(id)?.reject(error);
        },
      },
    );
  }

  /** Known once `ready()` has resolved. */
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
    return await this.#ask<Embedded>(options, ({ id, resolve, reject }) => {
      this.#running.set(id, { request, vectors: [], tokens: 0, resolve, reject });
      this.#engine.send({ type: 'embed', id, inputs: request.inputs, priority: options.priority });
    });
  }

  async countTokens(texts: readonly string[], options: EmbedOptions): Promise<readonly number[]> {
    return await this.#ask<readonly number[]>(options, ({ id, resolve, reject }) => {
      this.#running.set(id, { resolve, reject });
      this.#engine.send({ type: 'count', id, texts });
    });
  }

  /** One exchange with the engine, from its place in the line to its end. `send` notes who waits for the answer. */
  async #ask<Answer>(
    { signal, priority }: EmbedOptions,
    send: (waiter: { id: number; resolve(answer: Answer): void; reject(error: unknown): void }) => void,
  ): Promise<Answer> {
    const { id, leave } = await this.#engine.enter({ signal, priority });
    let abort: (() => void) | undefined;
    try {
      signal.throwIfAborted();
      return await new Promise<Answer>((resolve, reject) => {
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
      leave();
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
      running.reject(toInputError(event.fault, request.nameInput(event.fault.index)));
      return;
    }
    vectors.push(...event.vectors);
    running.tokens += event.tokens;
    if (vectors.length === request.inputs.length) running.resolve({ vectors, inputTokens: running.tokens });
  }
}
