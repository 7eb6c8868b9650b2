/**
 * An embedding model in a process of its own, behind the embedding-model door: everything but the engine, which is the program's.
 * This side keeps the waiting line, so that a request which waits survives the death of the engine; it never loads native code.
 */
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
import type { EngineReport } from '../engine-report.ts';
import {
  type EmbedderSettings,
  type EmbeddingFacts,
  type EmbedEvent,
  type EmbedMessage,
  toInputError,
} from './embedding-protocol.ts';
import { type EngineLog, EngineProcess, type ResidenceSettings } from './engine-process.ts';
import { enter } from './enter.ts';
import { toApiError } from './failure.ts';
import type { EngineMessage } from './messages.ts';

export interface EmbedderOptions extends ResidenceSettings {
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

export class ChildEmbeddingModel implements EmbeddingModel {
  readonly modelId: string;
  readonly #admission: Admission;
  readonly #engine: EngineProcess<EmbeddingFacts, EmbedEvent, EmbedMessage>;
  readonly #running = new Map<number, Running>();
  #lastId = 0;

  /** `program`: path of the script that loads and runs the model, see serve-embedder.ts. */
  constructor({ modelId, path, inputTokens, program, log, ...options }: EmbedderOptions & { program: string }) {
    const { threads = freeCores(), parallelRequests = PARALLEL_REQUESTS, maxWaiting, budget, modelIdleMs } = options;
    this.modelId = modelId;
    this.#admission = new Admission({
      slots: parallelRequests,
      ...(maxWaiting === undefined ? {} : { maxWaiting }),
    });
    const settings: EmbedderSettings = {
      modelId,
      path,
      threads,
      ...(inputTokens === undefined ? {} : { inputTokens }),
    };
    this.#engine = new EngineProcess({
      settings,
      program,
      log,
      ...(budget === undefined ? {} : { budget }),
      ...(modelIdleMs === undefined ? {} : { modelIdleMs }),
      onMessage: (message) => this.#receive(message),
      onEnd: (error) => {
        for (const running of this.#running.values()) running.reject(error);
      },
    });
  }

  /** Known once `ready()` has resolved. */
  get capabilities(): EmbeddingModelCapabilities {
    const { dimensions = 0, inputTokens = 0 } = this.#engine.facts ?? {};
    return { dimensions, inputTokens };
  }

  report(): EngineReport {
    const { waiting, busy } = this.#admission;
    return { pid: this.#engine.pid, waiting, busy, restarts: this.#engine.restarts };
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
    const leave = await enter(this.#admission, this.#engine, { signal, priority });
    const id = ++this.#lastId;
    let abort: (() => void) | undefined;
    try {
      await this.#engine.readyFor(arrivedAt, signal);
      return await new Promise<Embedded>((resolve, reject) => {
        abort = () => {
          this.#engine.send({ type: 'cancel', id });
          reject(signal.reason);
        };
        signal.addEventListener('abort', abort, { once: true });
        this.#running.set(id, { request, vectors: [], tokens: 0, resolve, reject });
        this.#engine.send({ type: 'embed', id, inputs: request.inputs, priority });
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

  #receive(message: EngineMessage<EmbedEvent>): void {
    if (message.type === 'failed') this.#running.get(message.id)?.reject(toApiError(message.failure));
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
