/** The `realtime` group. */
export * as clientSecrets from './realtime/client-secrets.ts';
export * as sessions from './realtime/sessions.ts';
export * as transcriptionSessions from './realtime/transcription-sessions.ts';
