/** Transcripts in the formats of the API. Pure. */
import type { TranscriptionSegment } from '@selfsame/contract';
import { toLanguageName } from '../../engines/spoken-languages.ts';
import type { SpokenSegment } from '../../engines/transcription-model.ts';
import type { Transcript } from './transcribe.ts';

/** Without speech, the language is unknown. */
const UNKNOWN_LANGUAGE = 'english';

type Cue = Pick<SpokenSegment, 'start' | 'end' | 'text'>;

function toPlainText({ text }: Pick<Transcript, 'text'>): string {
  return `${text}\n`;
}

function toSrt({ segments }: { segments: readonly Cue[] }): string {
  const cues = segments.map(({ start, end, text }, i) => {
    const [from, to] = [toClock(start, ','), toClock(end, ',')];
    return `${i + 1}\n${from} --> ${to}\n${toLine(text)}\n\n`;
  });
  return cues.join('');
}

function toVtt({ segments }: { segments: readonly Cue[] }): string {
  const cues = segments.map(({ start, end, text }) => {
    // The format reserves these characters in the text of a cue.
    const escaped = toLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    return `${toClock(start, '.')} --> ${toClock(end, '.')}\n${escaped}\n\n`;
  });
  return `WEBVTT\n\n${cues.join('')}`;
}

/** The members that every verbose form has. */
export function toVerbose(transcript: Transcript, task: 'transcribe' | 'translate') {
  const { language, durationSeconds, text } = transcript;
  const name = language === undefined ? UNKNOWN_LANGUAGE : toLanguageName(language);
  return { task, language: task === 'translate' ? 'english' : name, duration: round(durationSeconds), text };
}

export function toSegments({ segments }: Transcript): TranscriptionSegment[] {
  return segments.map((segment, id) => ({
    id,
    seek: segment.seek,
    start: round(segment.start),
    end: round(segment.end),
    text: segment.text,
    tokens: [...segment.tokens],
    temperature: segment.temperature,
    avg_logprob: segment.averageLogprob,
    compression_ratio: segment.compressionRatio,
    no_speech_prob: segment.noSpeechProbability,
  }));
}

/** Seconds to thousandths. */
export function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** `mark`: between seconds and milliseconds. */
function toClock(seconds: number, mark: ',' | '.'): string {
  const ms = Math.round(seconds * 1000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const clock = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map(two).join(':');
  return `${clock}${mark}${String(ms % 1000).padStart(3, '0')}`;
}

/** A line break would end the text of a cue early. */
function toLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').trim();
}

/** The formats that are text; undefined for the others, which are JSON. */
export function toTextFormat(transcript: Transcript, format: string | undefined): string | undefined {
  switch (format) {
    case 'text':
      return toPlainText(transcript);
    case 'srt':
      return toSrt(transcript);
    case 'vtt':
      return toVtt(transcript);
    default:
      return undefined;
  }
}
