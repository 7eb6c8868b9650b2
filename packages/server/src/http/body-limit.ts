/** Size limits of request bodies. */
import { DEFAULT_BODY_BYTES } from '@selfsame/contract/ceilings';
import type { FastifyRequest } from 'fastify';

/** Default limit of an operation. */
export const DEFAULT_BODY_LIMIT_BYTES = DEFAULT_BODY_BYTES;
/** Bytes that a form may have besides its files. */
export const FORM_OVERHEAD_BYTES = 1024 * 1024;

export function maxBodyBytes({ routeOptions }: FastifyRequest): number {
  const { formBytes } = routeOptions.config;
  return formBytes === undefined
    ? (routeOptions.bodyLimit ?? DEFAULT_BODY_LIMIT_BYTES)
    : formBytes + FORM_OVERHEAD_BYTES;
}
