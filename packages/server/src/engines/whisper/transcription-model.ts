/**
 * Adapter: Whisper models in a separate process, behind the transcription-model door. This side keeps the queue, so
 * that waiting requests survive a crash of the engine. It never loads native code.
 */
import { fileURLToPath } from 'node:url';
import { defined } from '../../lib/defined.ts';
import { freeCores } from '../../lib/free-cores.ts';
import type { Engine, OpenEngine } from '../child-process/engine.ts';
import type { EngineDeps } from '../child-process/engine-process.ts';
import type { EngineMessage } from '../child-process/engine-protocol.ts';
import { toApiError } from '../child-process/failure.ts';
import { createOwnEngine } from '../child-process/shared-engine.ts';
import type { EngineReport } from '../engine-report.ts';
import { createEventChannel, type EventChannel } from '../event-channel.ts';
import type {
  TranscribeOptions,
  TranscribeRequest,
  TranscriptionEvent,
  TranscriptionModel,
  TranscriptionModelCapabilities,
} from '../transcription-model.ts';
import type { WhisperEvent, WhisperFacts, WhisperSettings, WhisperTask } from './protocol.ts';

export interface WhisperOptions extends EngineDeps {
  modelId: string;
  /** File of whisper.cpp. */
  path: string;
  /** Default: the number of free cores when the model is created. */
  threads?: number;
  /** Recordings that the engine transcribes in turns. Default 8. */
  parallelRequests?: number;
  /** Maximum number of waiting requests. Default 256. */
  maxWaiting?: number;
  /** Starts the engine. Default: an engine that other processes do not share. */
  openEngine?: OpenEngine;
}

const DEFAULT_PARALLEL_REQUESTS = 8;
/** The script beside this file, with this file's own extension: `.ts` in the repository, `.js` when published. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/transcription-model(\.[jt]s)$/, 'child$1');

/** `capabilities` are final once `ready()` has resolved. */
export class WhisperTranscriptionModel implements TranscriptionModel {
  readonly modelId: string;
  readonly #engine: Engine<WhisperFacts, WhisperTask>;
  readonly #running = new Map<number, EventChannel<WhisperEvent>>();

  constructor(options: WhisperOptions) {
    const { modelId, path, threads = freeCores(), parallelRequests: slots = DEFAULT_PARALLEL_REQUESTS } = options;
    const { openEngine = createOwnEngine(options), maxWaiting } = options;
    this.modelId = modelId;
    const settings: WhisperSettings = { modelId, path, threads };
    this.#engine = openEngine<WhisperFacts, WhisperEvent, WhisperTask>(
      defined({ program: PROGRAM, settings, slots, maxWaiting, preemptsBatch: true }),
      {
        onMessage: (message) => this.#receive(message),
        onEnd: (error, ids) => {
          for (const id of ids) this.#running.get(id)?.fail(error);
        },
      },
    );
  }

  get capabilities(): TranscriptionModelCapabilities {
    const { languages, translates = false } = this.#engine.facts ?? {};
    return { languages, translates, hasWordTimes: true, hasLogprobs: true, streams: true };
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

  async *doTranscribe(
    { recording, ...request }: TranscribeRequest,
    { signal, priority }: TranscribeOptions,
  ): AsyncGenerator<TranscriptionEvent> {
    const { id, release } = await this.#engine.acquire({ signal, priority });
    const channel = createEventChannel<WhisperEvent>();
    const stop = new AbortController();
    const abort = () => channel.failNow(signal.reason);
    const samples = recording.samples(AbortSignal.any([signal, stop.signal]))[Symbol.asyncIterator]();
    let hasEnded = false;
    try {
      signal.throwIfAborted();
      signal.addEventListener('abort', abort, { once: true });
      this.#running.set(id, channel);
      this.#engine.send({ type: 'transcribe', id, request, priority });
      while (!hasEnded) {
        const event = await channel.take();
        if (event.type === 'more') void this.#sendSamples(id, samples, channel);
        else {
          hasEnded = event.type === 'end';
          yield event;
        }
      }
    } finally {
      signal.removeEventListener('abort', abort);
      stop.abort();
      if (this.#running.delete(id) && !hasEnded) this.#engine.send({ type: 'cancel', id });
      release();
    }
  }

  async close(): Promise<void> {
    await this.#engine.close();
  }

  /** Decodes the next samples while the engine works. */
  async #sendSamples(
    id: number,
    samples: AsyncIterator<Float32Array>,
    channel: EventChannel<WhisperEvent>,
  ): Promise<void> {
    try {
      const { done, value } = await samples.next();
      if (this.#running.has(id)) this.#engine.send({ type: 'audio', id, samples: done === true ? undefined : value });
    } catch (error) {
      channel.fail(error);
    }
  }

  #receive(message: EngineMessage<WhisperEvent>): void {
    if (message.type === 'failed') this.#running.get(message.id)?.fail(toApiError(message.failure));
    else for (const [id, event] of message.events) this.#running.get(id)?.push(event);
  }
}

export function createWhisperTranscriptionModel(options: WhisperOptions): WhisperTranscriptionModel {
  return new WhisperTranscriptionModel(options);
}
