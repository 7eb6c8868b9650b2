/** Uploads a file for a resource that has no upload of its own. */
import type * as Wire from '@selfsame/contract';
import type { Core } from '../core/core.ts';
import type { CallOptions, OperationData } from '../core/operation-data.ts';
import type { Uploadable } from '../core/uploadable.ts';

/** Equal to that of the generated files resource, which would make an import circle. */
const CREATE: OperationData = {
  id: 'files.create',
  method: 'POST',
  path: '/files',
  body: 'multipart',
  response: 'OpenAIFile',
};

export async function uploadFile(core: Core, file: Uploadable, options?: CallOptions): Promise<Wire.OpenAIFile> {
  return core.call<Wire.OpenAIFile>(CREATE, { body: { file, purpose: 'assistants' } }, options);
}
