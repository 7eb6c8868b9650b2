/**
 * Compares audio with the types of the official clients at compile time. The test asserts that the file was compiled.
 */
import type { OpenAI } from 'openai';
import type { OpenAI as OpenAIv4 } from 'openai-v4';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import type { CreateSpeechRequest } from './audio/speech.ts';
import type { CreateTranscriptionResponseStreamEvent } from './audio/transcription-events.ts';
import type {
  CreateTranscriptionResponse,
  CreateTranscriptionResponseDiarizedJson,
  CreateTranscriptionResponseJson,
  CreateTranscriptionResponseVerboseJson,
} from './audio/transcription-objects.ts';
import type { AudioResponseFormat, CreateTranscriptionRequest } from './audio/transcriptions.ts';
import type {
  CreateTranslationRequest,
  CreateTranslationResponseJson,
  CreateTranslationResponseVerboseJson,
} from './audio/translations.ts';

/** The clients have their own types of files, and a type parameter for the format. */
type WithoutFile<T> = Omit<T, 'file' | 'response_format'>;

it('transcriptions and translations fit the types of the official clients', () => {
  const checks: [
    Assignable<CreateTranscriptionResponseJson, OpenAI.Audio.Transcription>,
    Assignable<CreateTranscriptionResponseVerboseJson, OpenAI.Audio.TranscriptionVerbose>,
    Assignable<CreateTranscriptionResponseDiarizedJson, OpenAI.Audio.TranscriptionDiarized>,
    Assignable<CreateTranscriptionResponse, OpenAI.Audio.TranscriptionCreateResponse>,
    Assignable<CreateTranscriptionResponseStreamEvent, OpenAI.Audio.TranscriptionStreamEvent>,
    Assignable<CreateTranslationResponseJson, OpenAI.Audio.Translation>,
    Assignable<CreateTranslationResponseVerboseJson, OpenAI.Audio.TranslationVerbose>,
    Assignable<CreateTranscriptionResponseJson, OpenAIv4.Audio.Transcription>,
    Assignable<CreateTranscriptionResponseVerboseJson, OpenAIv4.Audio.TranscriptionVerbose>,
    Assignable<CreateTranslationResponseVerboseJson, OpenAIv4.Audio.TranslationVerbose>,
  ] = [true, true, true, true, true, true, true, true, true, true];
  expect(checks).toHaveLength(10);
});

it('audio requests of the official clients fit the contract', () => {
  const checks: [
    Assignable<OpenAI.Audio.SpeechCreateParams, CreateSpeechRequest>,
    Assignable<WithoutFile<OpenAI.Audio.TranscriptionCreateParams>, WithoutFile<CreateTranscriptionRequest>>,
    Assignable<WithoutFile<OpenAI.Audio.TranslationCreateParams>, WithoutFile<CreateTranslationRequest>>,
    Assignable<OpenAIv4.Audio.SpeechCreateParams, CreateSpeechRequest>,
    Assignable<WithoutFile<OpenAIv4.Audio.TranscriptionCreateParams>, WithoutFile<CreateTranscriptionRequest>>,
    Assignable<WithoutFile<OpenAIv4.Audio.TranslationCreateParams>, WithoutFile<CreateTranslationRequest>>,
    Assignable<OpenAI.Audio.AudioResponseFormat, AudioResponseFormat>,
    Assignable<AudioResponseFormat, OpenAI.Audio.AudioResponseFormat>,
  ] = [true, true, true, true, true, true, true, true];
  expect(checks).toHaveLength(8);
});
