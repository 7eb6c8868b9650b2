import type { Model } from '@selfsame/contract';
import type { RegisteredModel } from '../../engines/registry.ts';

/** Registered model → wire object. */
export function toModel({ id, createdAt, ownedBy }: RegisteredModel): Model {
  return { id, object: 'model', created: createdAt, owned_by: ownedBy };
}
