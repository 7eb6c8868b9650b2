/**
 * Compares realtime sessions with the types of the official clients at compile time. Version 7 has only client secrets,
 * version 4 only the sessions of the beta version.
 */
import type { OpenAI } from 'openai';
import type { SessionCreateParams, SessionCreateResponse } from 'openai-v4/resources/beta/realtime/sessions';
import type {
  TranscriptionSession,
  TranscriptionSessionCreateParams,
} from 'openai-v4/resources/beta/realtime/transcription-sessions';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import type {
  RealtimeCreateClientSecretRequest,
  RealtimeCreateClientSecretResponse,
} from './realtime/client-secrets.ts';
import type { RealtimeSessionCreateRequest, RealtimeSessionCreateResponse } from './realtime/sessions.ts';
import type {
  RealtimeTranscriptionSessionCreateRequest,
  RealtimeTranscriptionSessionCreateResponse,
} from './realtime/transcription-sessions.ts';

type Theirs = OpenAI.Realtime.ClientSecretCreateParams;
type Ours = RealtimeCreateClientSecretRequest;

/**
 * Without the parts that the clients type more loosely: JSON objects as `unknown`, lists of values as strings; and with
 * one more closed list, that of transcription models in version 4.
 */
type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;
type Session<T extends { session?: unknown }> = Without<NonNullable<T['session']>, 'tools' | 'tracing'>;

it('realtime sessions and client secrets fit the types of the official clients', () => {
  const checks: [
    Assignable<RealtimeCreateClientSecretResponse, OpenAI.Realtime.ClientSecretCreateResponse>,
    Assignable<RealtimeSessionCreateResponse, SessionCreateResponse>,
    Assignable<
      Without<RealtimeTranscriptionSessionCreateResponse, 'input_audio_transcription'>,
      Without<TranscriptionSession, 'input_audio_transcription'>
    >,
  ] = [true, true, true];
  expect(checks).toHaveLength(3);
});

it('realtime requests of the official clients fit the contract', () => {
  const checks: [
    Assignable<Session<Theirs>, Session<Ours>>,
    Assignable<Without<Theirs, 'session'>, Without<Ours, 'session'>>,
    Assignable<Without<SessionCreateParams, 'tools'>, Without<RealtimeSessionCreateRequest, 'tools'>>,
    Assignable<
      Without<TranscriptionSessionCreateParams, 'include'>,
      Without<RealtimeTranscriptionSessionCreateRequest, 'include'>
    >,
  ] = [true, true, true, true];
  expect(checks).toHaveLength(4);
});
