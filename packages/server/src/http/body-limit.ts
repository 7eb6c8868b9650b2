/** How large the body of a request may be. */
import { DEFAULT_BODY_BYTES } from '@selfsame/contract/ceilings';
import type { FastifyRequest } from 'fastify';

/** Default largest body, in bytes. */
export const BODY_LIMIT = DEFAULT_BODY_BYTES;
/** What a form may have besides its files, in bytes. */
export const FORM_OVERHEAD_BYTES = 1024 * 1024;

export function maxBodyBytes({ routeOptions }: FastifyRequest): number {
  const { formBytes } = routeOptions.config;
  return formBytes === undefined ? (routeOptions.bodyLimit ?? BODY_LIMIT) : formBytes + FORM_OVERHEAD_BYTES;
}
