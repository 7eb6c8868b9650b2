import { models } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { toModel } from './to-model.ts';

export default implement(models.list, ({ models: registry }) => async () => ({
  object: 'list' as const,
  data: registry.list().map(toModel),
}));
