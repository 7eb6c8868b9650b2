/** The file of a request as a recording. Errors name the parameter `file`. */

import { UnreadableAudio } from '../../audio/decode/unreadable-audio.ts';
import { decodeAudio } from '../../audio/decode-audio.ts';
import type { Recording } from '../../engines/transcription-model.ts';
import { errors } from '../../errors/catalogue.ts';
import type { ReceivedFile } from '../../lib/received-file.ts';
import type { Services } from '../services.ts';

const FORMATS = 'flac, mp3, mp4, mpeg, mpga, m4a, ogg, wav and webm';

export function toRecording(
  { filename, contentType, key }: ReceivedFile,
  { blobs }: Pick<Services, 'blobs'>,
): Recording {
  return {
    filename,
    contentType,
    bytes: () => blobs.read(key),
    async *samples(signal) {
      try {
        yield* decodeAudio(blobs.read(key), signal);
      } catch (error) {
        if (!(error instanceof UnreadableAudio)) throw error;
        throw errors.invalidValue('file', `Invalid 'file': '${filename}' ${error.message}. Supported: ${FORMATS}.`);
      }
    },
  };
}
