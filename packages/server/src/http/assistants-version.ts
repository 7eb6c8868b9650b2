/** The header `OpenAI-Beta`: which version of the Assistants API a request is written for. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Operation } from '@selfsame/contract/operation';
import { errors } from '../errors/catalogue.ts';

/**
 * Version 2 when the header says nothing of assistants; what it says of other parts of the API is not looked at.
 * @throws ApiError `invalid_beta` for a version that there is not, or in which there is no such operation.
 */
export function assistantsVersion(operation: Operation, headers: IncomingHttpHeaders): 'v1' | 'v2' {
  const wishes = [headers['openai-beta'] ?? []].flat().flatMap((value) => value.split(','));
  const versions = wishes.map((wish) => wish.split('=').map((part) => part.trim()));
  const version = versions.find(([name]) => name === 'assistants')?.[1] ?? 'v2';
  if (version !== 'v1' && version !== 'v2') {
    throw errors.invalidBeta(
      `The header 'OpenAI-Beta' asks for assistants=${version}; there are assistants=v2 and assistants=v1.`,
    );
  }
  if (operation.beta === 'assistants=v1' && version !== 'v1') {
    throw errors.invalidBeta(`'${operation.id}' is there with the header 'OpenAI-Beta: assistants=v1' only.`);
  }
  return version;
}
