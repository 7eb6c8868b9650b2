/**
 * The protocol between the server and the process of a Kokoro model. Invariant: a `speak` yields `audio` in order and a
 * last `end`, or one `failed`, unless it was cancelled.
 */
import type { Priority } from '../language-model.ts';

export interface KokoroSettings {
  modelId: string;
  /** Path of the file. */
  path: string;
  threads: number;
}

/** The report of a loaded model. */
export interface KokoroFacts {
  voices: string[];
  sampleRate: number;
  loadMs: number;
}

export type KokoroEvent = { type: 'audio'; samples: Int16Array } | { type: 'end' };

export interface SpeakMessage {
  type: 'speak';
  id: number;
  text: string;
  voice: string;
  speed: number;
  priority: Priority;
}
