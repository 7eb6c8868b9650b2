import { models } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { toModel } from './to-model.ts';

/** For an alias, returns its target model. */
export default implement(
  models.retrieve,
  ({ models: registry }) =>
    async ({ params }) =>
      toModel(registry.resolve(params.model)),
);
