/**
 * A speech model of an upstream behind the speech-model door. It requests raw samples, which the API defines as 16-bit
 * mono at 24 kHz, so that this server encodes every format. The upstream itself knows its voices and instructions.
 */
import type { Dispatcher } from 'undici';
import { errors } from '../../errors/catalogue.ts';
import { MODEL_KIND_FACTS } from '../model-kinds.ts';
import type { SpeakOptions, SpeakRequest, SpeechModel } from '../speech-model.ts';
import { type Call, createCalls } from './calls.ts';
import type { UpstreamOptions } from './options.ts';
import { toKnown, type Upstream } from './upstream.ts';
import { UpstreamError } from './upstream-error.ts';

export interface UpstreamSpeechModelOptions {
  modelId: string;
  /** Its id at the upstream. */
  upstreamId: string;
}

const SAMPLE_RATE = 24_000;
/** Content types of answers that are no audio. */
const NO_AUDIO = /^(application\/json|text\/)/;

export function createUpstreamSpeechModel(
  upstream: Upstream,
  { modelId, upstreamId }: UpstreamSpeechModelOptions,
): SpeechModel {
  const calls = createCalls();
  const { options } = upstream;

  async function* doSpeak({ text, voice, speed, instructions }: SpeakRequest, { signal }: SpeakOptions) {
    const fields = { model: upstreamId, input: text, voice, response_format: 'pcm' };
    const body = JSON.stringify({ ...fields, ...(speed !== 1 && { speed }), ...(instructions && { instructions }) });
    const sent = await upstream.send(
      { path: MODEL_KIND_FACTS.speech.upstreamPath, body, model: upstreamId, headers: { accept: 'audio/*' } },
      { calls, signal, read: (response, call) => openAudio(response, call, options) },
    );
    let failure: UpstreamError | undefined = CLOSED_EARLY;
    try {
      yield* sent.value;
      failure = undefined;
    } catch (error) {
      const known = toKnown(options, sent.call, error);
      if (known instanceof UpstreamError) failure = known;
      throw known instanceof UpstreamError ? known.error : known;
    } finally {
      sent.release(failure);
    }
  }

  return {
    modelId,
    capabilities: {
      voices: [],
      hostedVoices: {},
      sampleRate: SAMPLE_RATE,
      followsInstructions: true,
      speeds: { min: 0.25, max: 4 },
      streams: true,
    },
    doSpeak,
    async close() {
      calls.close(errors.engineFailed('it was closed.'));
    },
  };
}

/** A speech whose consumer stops early is not a failure of the replica. */
const CLOSED_EARLY = new UpstreamError(errors.engineFailed('the speech was left.'), 'final');

/** Resolves when the first bytes have arrived. */
async function openAudio(
  { headers, body }: Dispatcher.ResponseData,
  call: Call,
  options: UpstreamOptions,
): Promise<AsyncIterable<Int16Array>> {
  const type = String(headers['content-type'] ?? 'none').toLowerCase();
  const iterator = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const first = NO_AUDIO.test(type) ? undefined : await iterator.next();
  if (first === undefined || first.done === true) {
    body.on('error', () => undefined).destroy();
    const detail =
      first === undefined ? `it answered with '${type.slice(0, 100)}' instead of audio.` : 'it sent no audio.';
    throw new UpstreamError(errors.upstreamFailed(options.name, detail), 'other-replica');
  }
  call.expectWithin(options.idleTimeoutMs, () => {
    const detail = `its speech stood still for ${options.idleTimeoutMs} ms.`;
    return new UpstreamError(errors.upstreamTimeout(options.name, detail), 'other-replica');
  });
  return readSamples(body, { iterator, first: first.value, call });
}

async function* readSamples(
  body: Dispatcher.ResponseData['body'],
  { iterator, first, call }: { iterator: AsyncIterator<Uint8Array>; first: Uint8Array; call: Call },
): AsyncGenerator<Int16Array> {
  /** Half of a sample whose other byte is in the next chunk. */
  let rest: Uint8Array = Buffer.alloc(0);
  try {
    for (let chunk: Uint8Array | undefined = first; chunk !== undefined; ) {
      const bytes = Buffer.concat([rest, chunk]);
      const samples = new Int16Array(bytes.length >> 1);
      for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(2 * i);
      rest = bytes.subarray(2 * samples.length);
      call.pause();
      if (samples.length > 0) yield samples;
      call.alive();
      const next = await iterator.next();
      chunk = next.done === true ? undefined : next.value;
    }
  } finally {
    body.on('error', () => undefined).destroy();
  }
}
