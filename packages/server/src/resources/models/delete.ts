import { models } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { implement } from '../handler.ts';

/** The API deletes only fine-tuned models. This server has none, so every request is refused. */
export default implement(models.delete, ({ models: registry }) => async ({ params }) => {
  const { id } = registry.resolve(params.model);
  throw errors.permissionDenied(
    `The model '${id}' is not a fine-tuned model, and only those can be deleted through the API. Remove its file from the models folder instead.`,
  );
});
