/** Intended differences of files. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern: /^\S+ response ListFilesResponse\.object: only list here, any value there$/,
    reason: 'the only value that the descriptions show',
  },
  {
    pattern: /^\S+ response files\.content answer: (application\/json is missing|\*\/\* is only here)$/,
    reason: 'the descriptions declare the bytes of a file as a JSON string; they are bytes, as the clients read them',
  },
  {
    pattern: /^latest response OpenAIFile\.purpose: has the values evals only here$/,
    reason: 'a file may be uploaded for evals; the description lacks the value in the response',
  },
];
