import type { Model } from '@selfsame/contract';
import type { RegisteredModel } from '../../engines/registry.ts';

/** Registered model → wire object. */
export function toModel({ id, createdAt, ownedBy }: RegisteredModel): Model {
  return { id, object: 'model', created: createdAt, owned_by: ownedBy };
}

/** The wire object has no field for it, so `owned_by` says what an alias stands for: every client shows that one. */
export function toAliasModel({ id, model }: { id: string; model: RegisteredModel }): Model {
  return { ...toModel(model), id, owned_by: `alias of ${model.id}` };
}
