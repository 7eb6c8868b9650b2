/** Adapter: Kokoro-82M on the ONNX runtime, in a separate process behind the speech-model door. */
import { fileURLToPath } from 'node:url';
import { errors } from '../../errors/catalogue.ts';
import { defined } from '../../lib/defined.ts';
import { freeCores } from '../../lib/free-cores.ts';
import type { Engine, OpenEngine } from '../child-process/engine.ts';
import type { EngineDeps } from '../child-process/engine-process.ts';
import type { EngineMessage } from '../child-process/engine-protocol.ts';
import { toApiError } from '../child-process/failure.ts';
import { createOwnEngine } from '../child-process/shared-engine.ts';
import type { EngineReport } from '../engine-report.ts';
import { createEventChannel, type EventChannel } from '../event-channel.ts';
import type { SpeakOptions, SpeakRequest, SpeechModel, SpeechModelCapabilities } from '../speech-model.ts';
import type { KokoroEvent, KokoroFacts, KokoroSettings, SpeakMessage } from './protocol.ts';
import { HOSTED_VOICES, toVoices } from './voices.ts';

export interface KokoroOptions extends EngineDeps {
  modelId: string;
  /** Absolute path of the file that `models/convert/kokoro.ts` writes. */
  path: string;
  /** Default: the number of free cores when the model is created. */
  threads?: number;
  /** Maximum number of waiting requests. Default 256. */
  maxWaiting?: number;
  /** Starts the engine. Default: an engine that other processes do not share. */
  openEngine?: OpenEngine;
}

/** The script beside this file with the same extension: `.ts` in the repository, `.js` in the package. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/speech-model(\.[jt]s)$/, 'speech-child$1');
/** Their sentences take turns. */
const PARALLEL_REQUESTS = 4;
const SAMPLE_RATE = 24_000;

export function createKokoroSpeechModel(options: KokoroOptions): KokoroSpeechModel {
  return new KokoroSpeechModel(options);
}

export class KokoroSpeechModel implements SpeechModel {
  readonly modelId: string;
  readonly #engine: Engine<KokoroFacts, SpeakMessage>;
  readonly #running = new Map<number, EventChannel<KokoroEvent>>();

  constructor(options: KokoroOptions) {
    const { modelId, path, threads = freeCores(), maxWaiting, openEngine = createOwnEngine(options) } = options;
    this.modelId = modelId;
    const settings: KokoroSettings = { modelId, path, threads };
    this.#engine = openEngine<KokoroFacts, KokoroEvent, SpeakMessage>(
      { program: PROGRAM, settings, slots: PARALLEL_REQUESTS, ...defined({ maxWaiting }) },
      {
        onMessage: (message) => this.#receive(message),
        onEnd: (error, ids) => {
          for (const id of ids) this.#running.get(id)?.failNow(error);
        },
      },
    );
  }

  /** Without voices until `ready()` has resolved. */
  get capabilities(): SpeechModelCapabilities {
    const { voices = [], sampleRate = SAMPLE_RATE } = this.#engine.facts ?? {};
    return {
      voices: toVoices(voices),
      hostedVoices: Object.fromEntries(Object.entries(HOSTED_VOICES).filter(([, voice]) => voices.includes(voice))),
      sampleRate,
      followsInstructions: false,
      speeds: { min: 0.25, max: 4 },
      streams: true,
    };
  }

  report(): EngineReport {
    return this.#engine.report();
  }

  /** Loads the model. Rejects when it cannot be loaded. */
  async ready(): Promise<void> {
    await this.#engine.ready();
  }

  async *doSpeak(request: SpeakRequest, { signal, priority }: SpeakOptions): AsyncGenerator<Int16Array> {
    const { text, voice, speed } = request;
    const { id, release } = await this.#engine.acquire({ signal, priority });
    const channel = createEventChannel<KokoroEvent>();
    const abort = () => channel.failNow(signal.reason);
    let hasEnded = false;
    try {
      signal.throwIfAborted();
      if (this.#engine.facts?.voices.includes(voice) === false) {
        throw errors.invalidValue('voice', `The model '${this.modelId}' has no voice '${voice}'.`);
      }
      this.#running.set(id, channel);
      signal.addEventListener('abort', abort, { once: true });
      this.#engine.send({ type: 'speak', id, text, voice, speed, priority });
      for (;;) {
        const event = await channel.take();
        hasEnded = event.type === 'end';
        if (event.type === 'end') return;
        yield event.samples;
      }
    } finally {
      signal.removeEventListener('abort', abort);
      if (!hasEnded && this.#running.has(id)) this.#engine.send({ type: 'cancel', id });
      this.#running.delete(id);
      release();
    }
  }

  async close(): Promise<void> {
    await this.#engine.close();
  }

  #receive(message: EngineMessage<KokoroEvent>): void {
    if (message.type === 'failed') this.#running.get(message.id)?.fail(toApiError(message.failure));
    else for (const [id, event] of message.events) this.#running.get(id)?.push(event);
  }
}
