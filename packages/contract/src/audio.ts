/** The `audio` group. */
export * as speech from './audio/speech.ts';
export * as transcriptions from './audio/transcriptions.ts';
export * as translations from './audio/translations.ts';
