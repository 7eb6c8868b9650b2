/**
 * Compares files with the types of the official clients at compile time. The test asserts that the file was compiled.
 */
import type { OpenAI } from 'openai';
import type { OpenAI as OpenAIv4 } from 'openai-v4';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import type { DeleteFileResponse, ListFilesResponse, OpenAIFile } from './files.ts';

it('files fit the types of the official clients', () => {
  const checks: [
    // Versions 4 and 7 lack the purpose `evals` in responses.
    Assignable<Omit<OpenAIFile, 'purpose'>, Omit<OpenAI.FileObject, 'purpose'>>,
    Assignable<Omit<OpenAIFile, 'purpose'>, Omit<OpenAIv4.FileObject, 'purpose'>>,
    Assignable<Exclude<OpenAIFile['purpose'], 'evals'>, OpenAI.FileObject['purpose']>,
    Assignable<DeleteFileResponse, OpenAI.FileDeleted>,
    Assignable<DeleteFileResponse, OpenAIv4.FileDeleted>,
    Assignable<ListFilesResponse['data'][number]['id'], string>,
  ] = [true, true, true, true, true, true];
  expect(checks).toHaveLength(6);
});
