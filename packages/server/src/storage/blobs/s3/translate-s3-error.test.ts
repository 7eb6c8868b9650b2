import { expect, it } from 'vitest';
import { translateS3Error } from './translate-s3-error.ts';

const failure = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more });
const answered = (name: string, httpStatusCode: number) => failure(name, { $metadata: { httpStatusCode } });

it.each([
  answered('XMinioStorageFull', 507),
  answered('QuotaExceeded', 403),
  answered('InternalError', 500),
  answered('SlowDown', 503),
  failure('Error', { code: 'ECONNREFUSED' }),
])('turns $name into 503 storage_unavailable', (error) => {
  expect(translateS3Error(error)).toMatchObject({ status: 503, code: 'storage_unavailable' });
});

it('returns other errors of an S3-compatible storage unchanged', () => {
  for (const error of [answered('AccessDenied', 403), answered('NoSuchKey', 404), new Error('x'), undefined]) {
    expect(translateS3Error(error)).toBe(error);
  }
});
