/** Intended differences of containers. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern: /^\S+ response Container(File)?Resource\.object: only container(\.file)? here, any value there$/,
    reason: 'the only value that the descriptions show',
  },
  {
    pattern: /\.expires_after\.minutes: minimum is 1 here, absent there$/,
    reason: 'a container that expires at once cannot be used',
  },
  {
    pattern: /^\S+ response Container(File)?ListResource\.(first_id|last_id): null is allowed here, not there$/,
    reason: 'an empty page has no first and no last object; the official clients accept null',
  },
  {
    pattern: /^\S+ response containers\.(files\.)?delete answer: application\/json is only here$/,
    reason: 'the description declares no response, but its example shows one',
  },
  {
    pattern: /^\S+ request CreateContainerFileJsonBody\.(file: is missing|file_id: is required only here)$/,
    reason: 'JSON has no file parts, so the id is the only way to name the file',
  },
  {
    pattern: /^\S+ response containers\.files\.content answer: \*\/\* is only here$/,
    reason: 'the description declares no response; the clients read the bytes of the file',
  },
];
