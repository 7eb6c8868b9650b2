/** Transcribes one recording: windows of speech in order, each encoded and decoded, and cut into segments. */
import {
  HEARING_RATE,
  type SpokenSegment,
  type TranscribeRequest,
  type TranscriptionEvent,
} from '../transcription-model.ts';
import { decodeWindow, type LoadedWhisper, type Passage, toPassages, type WrittenWindow } from './decode-window.ts';
import type { Encoded } from './networks.ts';
import { indexOfMax, probabilityOf } from './sample.ts';
import type { SpeechWindow, SpeechWindows } from './speech-windows.ts';
import type { Turn } from './turns.ts';
import { alignWords } from './word-times.ts';

/** The part of a request that the engine process gets. */
export type WhisperRequest = Omit<TranscribeRequest, 'recording'>;

interface Work {
  whisper: LoadedWhisper;
  request: WhisperRequest;
  turn: Turn;
}

/** Noise becomes punctuation at times. */
const HAS_WORDS = /[\p{L}\p{N}]/u;
/** A window that was cut in speech is read again from where its text stopped, if that leaves at least this much. */
const MIN_REREAD_SECONDS = 5;
/** A less probable language is detected again. */
const MIN_LANGUAGE_PROBABILITY = 0.7;

export async function* transcribe(work: Work, windows: SpeechWindows): AsyncGenerator<TranscriptionEvent> {
  const { whisper, request, turn } = work;
  const { vocabulary } = whisper;
  const usage = { promptTokens: 0, audioTokens: 0, outputTokens: 0 };
  let language = vocabulary.isMultilingual ? request.language : 'en';
  let isFirst = true;
  for (let window = await windows.next(); window !== undefined; window = await windows.next()) {
    const heard = await writeDown(work, window.samples, language);
    language = heard.language;
    if (isFirst) yield { type: 'language', code: language };
    isFirst = false;
    const { encoded, written } = heard;
    usage.promptTokens += written.promptTokens;
    usage.audioTokens += encoded.positions;
    usage.outputTokens += written.tokens.length;
    if (written.isInvented) continue;
    const { passages, stoppedAt } = toPassages(written, vocabulary, window.samples.length / HEARING_RATE);
    const isIncomplete = window.isCut && stoppedAt !== undefined && stoppedAt >= MIN_REREAD_SECONDS;
    if (isIncomplete) windows.rewind(window.start + Math.round(stoppedAt * HEARING_RATE));
    const audioSeconds = window.samples.length / HEARING_RATE;
    const place = { audioSeconds, voices: window.voices };
    const align = { passages, control: toControl(work, language), language, turn, ...place };
    const words = request.wordTimes ? await alignWords(whisper, encoded, align) : [];
    for (const [i, passage] of passages.entries()) {
      const segment = toSegment(work, { window, written, passage });
      const base = window.start / HEARING_RATE;
      const spoken = words[i]?.map(({ word, start, end }) => ({ word, start: base + start, end: base + end }));
      if (!HAS_WORDS.test(segment.text)) continue;
      yield { type: 'segment', segment: spoken === undefined ? segment : { ...segment, words: spoken } };
    }
  }
  yield { type: 'end', durationSeconds: windows.readSamples / HEARING_RATE, usage };
}

interface Heard {
  encoded: Encoded;
  written: WrittenWindow;
  language: string;
}

/** A short window costs little; if the model is unsure, it hears the window again as long as those of its training. */
async function writeDown(work: Work, samples: Float32Array, known: string | undefined): Promise<Heard> {
  const { whisper, request, turn } = work;
  const { prompt: text, temperature } = request;
  const prompt = text === undefined || text.trim() === '' ? [] : whisper.vocabulary.encode(` ${text.trim()}`);
  const audioSeconds = samples.length / HEARING_RATE;
  const encode = (isWhole: boolean) => whisper.networks.encode(samples, { turn, isWhole });
  const decode = (encoded: Encoded, language: string) => {
    const control = toControl(work, language);
    const options = { control, prompt, temperature, audioSeconds, turn, mayRepeat: encoded.isWhole };
    return decodeWindow(whisper, encoded, options);
  };
  const first = await encode(false);
  const guess = known === undefined ? await detectLanguage(work, first) : { code: known, probability: 1 };
  if (first.isWhole || guess.probability >= MIN_LANGUAGE_PROBABILITY) {
    const written = await decode(first, guess.code);
    if (first.isWhole || !written.isFailed) return { encoded: first, written, language: guess.code };
  }
  const encoded = await encode(true);
  const language = known ?? (await detectLanguage(work, encoded)).code;
  return { encoded, written: await decode(encoded, language), language };
}

function toControl({ whisper: { vocabulary }, request: { task } }: Work, language: string): number[] {
  if (!vocabulary.isMultilingual) return [vocabulary.startOfTranscript];
  const taskToken = task === 'translate' ? vocabulary.translate : vocabulary.transcribe;
  return [vocabulary.startOfTranscript, vocabulary.languageToken(language), taskToken];
}

async function detectLanguage(
  { whisper, request, turn }: Work,
  encoded: Encoded,
): Promise<{ code: string; probability: number }> {
  const { vocabulary, networks } = whisper;
  const candidates = vocabulary.languages.filter((code) => request.languages?.includes(code) ?? true);
  const { logits } = await networks.start(encoded, turn).append([vocabulary.startOfTranscript], [0]);
  const odds = Float32Array.from(candidates, (code) => logits[0]?.[vocabulary.languageToken(code)] ?? 0);
  const best = indexOfMax(odds);
  return { code: candidates[best] ?? 'en', probability: probabilityOf(odds, best) };
}

function toSegment(
  { whisper: { vocabulary }, request }: Work,
  { window, written, passage }: { window: SpeechWindow; written: WrittenWindow; passage: Passage },
): SpokenSegment {
  const base = window.start / HEARING_RATE;
  const segment: SpokenSegment = {
    text: vocabulary.toBytes(passage.tokens).toString('utf8'),
    start: base + passage.start,
    end: base + passage.end,
    seek: Math.round(base * 100),
    tokens: passage.tokens,
    temperature: written.temperature,
    averageLogprob: written.averageLogprob,
    compressionRatio: written.compressionRatio,
    noSpeechProbability: written.noSpeechProbability,
  };
  if (!request.logprobs) return segment;
  const logprobs = passage.tokens.map((token, i) => {
    const bytes = vocabulary.toBytes([token]);
    return { text: bytes.toString('utf8'), logprob: passage.logprobs[i] ?? 0, bytes: [...bytes] };
  });
  return { ...segment, logprobs };
}
