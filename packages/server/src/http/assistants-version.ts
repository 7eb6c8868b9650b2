/** The header `OpenAI-Beta`: which version of the Assistants API a request is written for. */
import type { IncomingHttpHeaders } from 'node:http';
import { errors } from '../errors/catalogue.ts';

/**
 * Version 2 when the header says nothing of assistants; what it says of other parts of the API is not looked at.
 * @throws ApiError `invalid_beta` for a version that is not served.
 */
export function assistantsVersion(headers: IncomingHttpHeaders): 'v2' {
  const wishes = [headers['openai-beta'] ?? []].flat().flatMap((value) => value.split(','));
  for (const wish of wishes) {
    const [name, version = ''] = wish.split('=').map((part) => part.trim());
    if (name !== 'assistants' || version === 'v2') continue;
    throw errors.invalidBeta(`The header 'OpenAI-Beta' asks for assistants=${version}; this server has assistants=v2.`);
  }
  return 'v2';
}
