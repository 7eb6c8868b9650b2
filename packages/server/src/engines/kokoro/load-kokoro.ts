/**
 * Loads a file of `models/convert/kokoro.ts` in its engine process. Invariants: a sentence is one call of the network;
 * its style depends on its length, as in training; lexicons are read on first use.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { stretchAudio } from '../../lib/stretch-audio.ts';
import { type GgufTensorBytes, openGgufTensors } from '../../models/formats/gguf-tensors.ts';
import { EngineFailure } from '../child-process/failure.ts';
import { claimMemory } from '../child-process/memory.ts';
import { type Lexicon, readLexicon } from '../pronunciation/lexicon.ts';
import { type EnglishVariant, normalizeText } from '../pronunciation/normalize-text.ts';
import { pronounce } from '../pronunciation/pronounce.ts';
import { splitSentences } from '../pronunciation/split-sentences.ts';
import type { KokoroFacts, KokoroSettings, SpeakMessage } from './protocol.ts';
import { PAD, toTokens } from './vocabulary.ts';

export interface Kokoro {
  facts: KokoroFacts;
  prepare(job: SpeakMessage): string[];
  speak(part: string, job: SpeakMessage): Promise<Int16Array>;
}

const SAMPLE_RATE = 24_000;
/** Memory of the loaded model while it speaks, measured: network, arena of the runtime, one lexicon. */
const MEMORY_BYTES = 700_000_000;
const STYLE_NUMBERS = 256;
const STYLES = 510;
const VOICE = 'voice.';
/** Limits the time until the first sound. */
const MAX_FIRST_CHARACTERS = 100;
/** Limits the tokens of a call, and the time of a turn. */
const MAX_CHARACTERS = 160;
/** Speeds at which the network itself sounds natural; beyond them its speech is stretched. */
const NATURAL_SPEEDS = { min: 0.7, max: 1.6 };
/** For a text without anything to pronounce. */
const SILENCE_SAMPLES = SAMPLE_RATE / 5;
const LATIN = /\p{Script=Latin}/gu;
const LETTER = /\p{L}/gu;

export async function loadKokoro({ path, threads }: KokoroSettings): Promise<Kokoro> {
  const started = performance.now();
  await claimMemory(MEMORY_BYTES);
  const file = await openGgufTensors(path);
  const session = await InferenceSession.create(await file.read('network'), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Waiting threads of the runtime would otherwise take the cores of other engines.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  // The bytes of the network: the runtime has a copy.
  globalThis.gc?.();
  const voices = file.names.filter((name) => name.startsWith(VOICE)).map((name) => name.slice(VOICE.length));
  const styles = await readStyles(file, voices);
  const lexiconOf = await readLexicons(file);
  await file.close();
  const run = createRun(session, styles);
  return {
    facts: { voices, sampleRate: SAMPLE_RATE, loadMs: Math.round(performance.now() - started) },
    prepare: ({ text, voice }) => {
      checkScript(text);
      return splitText(normalizeText(text, variantOf(voice)));
    },
    speak: async (part, { voice, speed }) => {
      const variant = variantOf(voice);
      const tokens = toTokens(pronounce(part, { lexicon: lexiconOf(variant), variant })).slice(0, STYLES - 1);
      if (tokens.length === 0) return new Int16Array(SILENCE_SAMPLES);
      const natural = Math.min(NATURAL_SPEEDS.max, Math.max(NATURAL_SPEEDS.min, speed));
      return toInt16(stretchAudio(await run(tokens, voice, natural), speed / natural, SAMPLE_RATE));
    },
  };
}

const variantOf = (voice: string): EnglishVariant => (voice.startsWith('b') ? 'en-GB' : 'en-US');

/** A text in another script would be silent, so it is refused. */
function checkScript(text: string): void {
  const letters = text.match(LETTER)?.length ?? 0;
  const latin = text.match(LATIN)?.length ?? 0;
  if (latin * 2 >= letters) return;
  const message = "Invalid 'input': this model speaks English, and most letters of the text are of another script.";
  throw new EngineFailure({ code: 'invalid_parameter', param: 'input', message });
}

/** The first part is short. */
function splitText(text: string): string[] {
  const [first = '', ...others] = splitSentences(text, MAX_CHARACTERS);
  return [...splitSentences(first, MAX_FIRST_CHARACTERS), ...others, ...(first === '' ? [''] : [])];
}

async function readStyles(file: GgufTensorBytes, voices: readonly string[]): Promise<Map<string, Float32Array>> {
  const styles = new Map<string, Float32Array>();
  for (const voice of voices) styles.set(voice, new Float32Array(toArrayBuffer(await file.read(VOICE + voice))));
  return styles;
}

/** A copy at its own start, because views of floats are aligned. */
function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

async function readLexicons(file: GgufTensorBytes): Promise<(variant: EnglishVariant) => Lexicon> {
  const texts = { 'en-US': await file.read('lexicon.en-US'), 'en-GB': await file.read('lexicon.en-GB') };
  const lexicons: Partial<Record<EnglishVariant, Lexicon>> = {};
  return (variant) => {
    lexicons[variant] ??= readLexicon(texts[variant].toString('utf8'));
    return lexicons[variant];
  };
}

function createRun(session: InferenceSession, styles: ReadonlyMap<string, Float32Array>) {
  const [tokensName = '', styleName = '', speedName = ''] = session.inputNames;
  return async (tokens: readonly number[], voice: string, speed: number): Promise<Float32Array> => {
    const row = Math.min(tokens.length, STYLES - 1) * STYLE_NUMBERS;
    const style = styles.get(voice)?.slice(row, row + STYLE_NUMBERS) ?? new Float32Array(STYLE_NUMBERS);
    const ids = BigInt64Array.from([PAD, ...tokens, PAD], BigInt);
    const inputs = {
      [tokensName]: new Tensor('int64', ids, [1, ids.length]),
      [styleName]: new Tensor('float32', style, [1, STYLE_NUMBERS]),
      [speedName]: new Tensor('float32', Float32Array.of(speed), [1]),
    };
    const outputs = await session.run(inputs);
    const audio = outputs[session.outputNames[0] ?? '']?.data;
    try {
      return audio instanceof Float32Array ? audio.slice() : new Float32Array();
    } finally {
      // The garbage collector does not see the native memory of tensors.
      for (const tensor of [...Object.values(inputs), ...Object.values(outputs)]) tensor.dispose();
    }
  };
}

function toInt16(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value * 32_767))));
}
