import { models } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { toAliasModel, toModel } from './to-model.ts';

/** The models, then the aliases of this installation. An alias goes before a model of the same id, here as in requests. */
export default implement(models.list, ({ models: registry }) => async () => {
  const aliases = registry.aliases();
  const hidden = new Set(aliases.map(({ id }) => id));
  const data = [
    ...registry
      .list()
      .filter(({ id }) => !hidden.has(id))
      .map(toModel),
    ...aliases.map(toAliasModel),
  ];
  return { object: 'list' as const, data };
});
