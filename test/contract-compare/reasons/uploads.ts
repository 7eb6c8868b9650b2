/** Intended differences of uploads. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern: / CreateUploadRequest\.(filename|mime_type): minLength is 1 here, absent there$/,
    reason: 'a file needs a name and a media type',
  },
  {
    pattern: / CreateUploadRequest\.bytes: (minimum is 0|maximum is 8589934592) here, absent there$/,
    reason: 'the prose of every description allows 8 GB',
  },
  {
    pattern: /^\S+ response Upload\.(file: null is allowed here, not there|object: is required only here)$/,
    reason: 'the official clients take null for a file that does not exist yet, and require the name of the object',
  },
];
