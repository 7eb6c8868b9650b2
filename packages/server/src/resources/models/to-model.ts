import type { Model } from '@selfsame/contract';
import type { RegisteredModel } from '../../engines/registry.ts';

/** Registered model → wire object. */
export function toModel({ id, createdAt, ownedBy }: RegisteredModel): Model {
  return { id, object: 'model', created: createdAt, owned_by: ownedBy };
}

/**
 * The wire object has no field for the target of an alias. `owned_by` names it, because every client shows that field.
 */
export function toAliasModel({ id, model }: { id: string; model: RegisteredModel }): Model {
  return { ...toModel(model), id, owned_by: `alias of ${model.id}` };
}
