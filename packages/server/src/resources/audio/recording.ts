/** Audio files of requests as recordings. */

import { UnreadableAudio } from '../../audio/decode/unreadable-audio.ts';
import { decodeAudio } from '../../audio/decode-audio.ts';
import type { Recording } from '../../engines/transcription-model.ts';
import { errors } from '../../errors/catalogue.ts';
import type { ReceivedFile } from '../../lib/received-file.ts';
import type { Services } from '../services.ts';

const FORMATS = 'flac, mp3, mp4, mpeg, mpga, m4a, ogg, wav and webm';

/** The file of a form. Errors name the parameter `file`. */
export function toRecording(
  { filename, contentType, key }: ReceivedFile,
  { blobs }: Pick<Services, 'blobs'>,
): Recording {
  return decodedRecording({ filename, contentType, read: () => blobs.read(key) }, 'file');
}

export interface AudioFile {
  filename: string;
  contentType: string;
  read(): AsyncIterable<Uint8Array>;
}

/** @param param the parameter that errors name. */
export function decodedRecording({ filename, contentType, read }: AudioFile, param: string): Recording {
  return {
    filename,
    contentType,
    bytes: read,
    async *samples(signal) {
      try {
        yield* decodeAudio(read(), signal);
      } catch (error) {
        if (!(error instanceof UnreadableAudio)) throw error;
        const why = `Invalid '${param}': '${filename}' ${error.message}. Supported: ${FORMATS}.`;
        throw errors.invalidValue(param, why);
      }
    },
  };
}
