/** Size of audio files. */

/** Maximum size of an audio file that is transcribed or translated. */
export const AUDIO_FILE_BYTES = 25 * 1024 ** 2;
