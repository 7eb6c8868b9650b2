import { models } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { toModel } from './to-model.ts';

/** An alias is answered with the model that it stands for. */
export default implement(
  models.retrieve,
  ({ models: registry }) =>
    async ({ params }) =>
      toModel(registry.resolve(params.model)),
);
