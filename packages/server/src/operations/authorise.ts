/** Step 1 of the pipeline: may this principal call this operation? */
import type { Operation } from '@selfsame/contract/operation';
import { errors } from '../errors/catalogue.ts';
import type { Caller } from './invocation.ts';

/** @throws ApiError `permission_denied` if the operation needs a role that the principal lacks. */
export function authorise({ authority }: Operation, { principal }: Caller): void {
  if (!principal.roles.has(authority)) {
    throw errors.permissionDenied('This method needs an organization admin key.');
  }
}
