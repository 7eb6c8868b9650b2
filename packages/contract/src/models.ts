/** The models of this server: `models.*`. */
import Type, { type Static } from 'typebox';
import { operation } from './operation.ts';
import { named, nullable, ref } from './schema.ts';

export const Model = named(
  'Model',
  Type.Object({
    id: Type.String({ description: 'Name to pass as `model` in requests.' }),
    object: Type.Literal('model'),
    created: Type.Integer({ description: 'Unix time in seconds at which the model was created or installed.' }),
    owned_by: Type.String({ description: 'The provider of the model.' }),
    shutdown_date: Type.Optional(
      nullable(Type.String(), { description: 'Announced last day of the model (`YYYY-MM-DD`), or null.' }),
    ),
  }),
);
export type Model = Static<typeof Model>;

export const ListModelsResponse = named(
  'ListModelsResponse',
  Type.Object({ object: Type.Literal('list'), data: Type.Array(ref(Model)) }),
);
export type ListModelsResponse = Static<typeof ListModelsResponse>;

export const DeleteModelResponse = named(
  'DeleteModelResponse',
  Type.Object({
    id: Type.String({ description: 'The model that was deleted.' }),
    object: Type.String({ description: '`model`' }),
    deleted: Type.Boolean(),
  }),
);
export type DeleteModelResponse = Static<typeof DeleteModelResponse>;

const ModelParams = Type.Object({ model: Type.String({ description: 'Id of the model.' }) });

export const list = operation({
  id: 'models.list',
  method: 'GET',
  path: '/models',
  summary: 'Lists the models of this server.',
  authority: 'project',
  response: ListModelsResponse,
});

export const retrieve = operation({
  id: 'models.retrieve',
  method: 'GET',
  path: '/models/{model}',
  summary: 'Retrieves a model.',
  authority: 'project',
  params: ModelParams,
  response: Model,
});

const deleteModel = operation({
  id: 'models.delete',
  method: 'DELETE',
  path: '/models/{model}',
  summary: 'Deletes a fine-tuned model.',
  authority: 'project',
  params: ModelParams,
  response: DeleteModelResponse,
});

export { deleteModel as delete };
