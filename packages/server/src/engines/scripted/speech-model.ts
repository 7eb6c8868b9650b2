/**
 * A deterministic speech model for tests of the server: each voice is a tone of its own pitch, and each word lasts
 * `WORD_MS` at normal speed. A sentence is one part. A text may start with a directive line (see directives.ts):
 * `startDelayMs` delays the first part, `delayMs` each part, `failStart` fails before the first part, `crashAfter` after
 * a number of parts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '../../errors/catalogue.ts';
import { Admission } from '../admission.ts';
import type { SpeakOptions, SpeakRequest, SpeechModel } from '../speech-model.ts';
import { parseDirectives } from './directives.ts';

export interface ScriptedSpeechModelOptions {
  /** Default `scripted-speech`. */
  modelId?: string;
  /** Default false. */
  followsInstructions?: boolean;
}

const SAMPLE_RATE = 24_000;
const WORD_MS = 200;
const AMPLITUDE = 8000;
const FIRST_PITCH_HZ = 120;
const PITCH_STEP_HZ = 20;
const PARALLEL_REQUESTS = 4;
const HOSTED = 'alloy ash ballad coral echo fable onyx nova sage shimmer verse marin cedar'.split(' ');

/** A scripted model behind the speech-model door. */
export function createScriptedSpeechModel(options: ScriptedSpeechModelOptions = {}): SpeechModel {
  const { modelId = 'scripted-speech', followsInstructions = false } = options;
  const admission = new Admission({ slots: PARALLEL_REQUESTS });
  const closing = new AbortController();
  const closed = () => errors.engineFailed('it was closed.');
  const voices = HOSTED.map((name) => ({ id: `scripted_${name}`, language: 'en-US' }));
  const capabilities = {
    voices,
    hostedVoices: Object.fromEntries(HOSTED.map((name) => [name, `scripted_${name}`])),
    sampleRate: SAMPLE_RATE,
    followsInstructions,
    speeds: { min: 0.25, max: 4 },
    streams: true,
  };

  async function* doSpeak(request: SpeakRequest, { signal, priority }: SpeakOptions) {
    const position = voices.findIndex(({ id }) => id === request.voice);
    if (position < 0) throw errors.invalidValue('voice', `The voice '${request.voice}' does not exist.`);
    const release = await admission.acquire({ signal, priority });
    try {
      const pitchHz = FIRST_PITCH_HZ + PITCH_STEP_HZ * position;
      yield* speak(request, pitchHz, AbortSignal.any([signal, closing.signal]));
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw closing.signal.aborted ? closed() : error;
    } finally {
      release();
    }
  }

  return {
    modelId,
    capabilities,
    doSpeak,
    async close() {
      admission.close(closed);
      closing.abort();
    },
  };
}

async function* speak({ text, speed }: SpeakRequest, pitchHz: number, signal: AbortSignal) {
  const { directives, rest } = parseDirectives(text, 'input');
  const { startDelayMs = 0, delayMs = 0, failStart = false, crashAfter } = directives;
  if (startDelayMs > 0) await sleep(startDelayMs, undefined, { signal });
  if (failStart) throw errors.engineFailed('its script says that it cannot start.');
  const sentences = rest.match(/[^.!?]+[.!?]*/g) ?? [rest];
  let at = 0;
  for (const [index, sentence] of sentences.entries()) {
    if (index === crashAfter) throw errors.engineFailed(`its script says so after ${crashAfter} parts.`);
    if (delayMs > 0) await sleep(delayMs, undefined, { signal });
    signal.throwIfAborted();
    const words = sentence.trim().split(/\s+/).length;
    const samples = new Int16Array(Math.round((words * WORD_MS * SAMPLE_RATE) / 1000 / speed));
    for (let i = 0; i < samples.length; i++, at++) {
      samples[i] = AMPLITUDE * Math.sin((2 * Math.PI * pitchHz * at) / SAMPLE_RATE);
    }
    yield samples;
  }
}
