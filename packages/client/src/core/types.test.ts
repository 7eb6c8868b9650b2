import type { CreateImageEditRequest, CreateTranscriptionRequest } from '@selfsame/contract';
import type { Assignable } from '@selfsame/contract/assignable';
import { expect, it } from 'vitest';
import type { FormOf } from './types.ts';

it('a form takes one file or several where the contract does, and only one elsewhere', () => {
  const checks: [
    Assignable<{ image: File; prompt: string }, FormOf<CreateImageEditRequest>>,
    Assignable<{ image: File[]; prompt: string; mask: File }, FormOf<CreateImageEditRequest>>,
    Assignable<{ file: File; model: string }, FormOf<CreateTranscriptionRequest>>,
  ] = [true, true, true];
  // @ts-expect-error A transcription has one file.
  const several: FormOf<CreateTranscriptionRequest> = { file: [new File([], 'a.wav')], model: 'whisper-1' };
  expect([checks.length, several.model]).toEqual([3, 'whisper-1']);
});
