/**
 * The protocol between the server and a Whisper process. A `transcribe` yields events up to `end`, or one `failed`,
 * unless it was cancelled. Invariant: each `more` is followed by one `audio`, so the process never holds much audio.
 */
import type { Priority } from '../language-model.ts';
import type { TranscriptionEvent } from '../transcription-model.ts';
import type { WhisperRequest } from './transcribe.ts';

export interface WhisperSettings {
  modelId: string;
  /** File of whisper.cpp. */
  path: string;
  threads: number;
}

export interface WhisperFacts {
  loadMs: number;
  languages: readonly string[];
  translates: boolean;
}

export interface TranscribeMessage {
  type: 'transcribe';
  id: number;
  request: WhisperRequest;
  priority: Priority;
}

export interface AudioMessage {
  type: 'audio';
  id: number;
  /** Undefined = the recording has ended. */
  samples: Float32Array | undefined;
}

export type WhisperTask = TranscribeMessage | AudioMessage;

/** `more`: the process needs the next samples. */
export type WhisperEvent = TranscriptionEvent | { type: 'more' };
