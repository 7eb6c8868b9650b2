/**
 * Compares uploads with the types of the official clients at compile time. The test asserts that the file was compiled.
 */
import type { OpenAI } from 'openai';
import type { OpenAI as OpenAIv4 } from 'openai-v4';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import type { UploadPart } from './uploads/parts.ts';
import type { CompleteUploadRequest, CreateUploadRequest, Upload } from './uploads.ts';

it('uploads fit the types of the official clients', () => {
  const checks: [
    Assignable<Omit<Upload, 'file'>, Omit<OpenAI.Upload, 'file'>>,
    Assignable<Omit<Upload, 'file'>, Omit<OpenAIv4.Upload, 'file'>>,
    Assignable<UploadPart, OpenAI.Uploads.UploadPart>,
    Assignable<OpenAI.UploadCreateParams, CreateUploadRequest | { purpose: 'user_data' | 'evals' }>,
    Assignable<OpenAI.UploadCompleteParams, CompleteUploadRequest>,
  ] = [true, true, true, true, true];
  expect(checks).toHaveLength(5);
});
