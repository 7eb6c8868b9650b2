import { models } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { toAliasModel, toModel } from './to-model.ts';

/** Lists the models, then the aliases. An alias hides a model with the same id, as in requests. */
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
