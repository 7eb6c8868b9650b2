/** Permissions of other projects to use a checkpoint: `fineTuning.checkpoints.permissions.*`. */
import Type, { type Static } from 'typebox';
import { operation } from '../../operation.ts';
import { named, nullable, oneOf, ref } from '../../schema.ts';
import { fineTuningCursor } from '../cursor.ts';

export const FineTuningCheckpointPermission = named(
  'FineTuningCheckpointPermission',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('checkpoint.permission'),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    project_id: Type.String({ description: 'Id of the project that may use the checkpoint.' }),
  }),
);
export type FineTuningCheckpointPermission = Static<typeof FineTuningCheckpointPermission>;

export const ListFineTuningCheckpointPermissionResponse = named(
  'ListFineTuningCheckpointPermissionResponse',
  Type.Object({
    object: Type.Literal('list'),
    data: Type.Array(ref(FineTuningCheckpointPermission)),
    first_id: Type.Optional(nullable(Type.String())),
    last_id: Type.Optional(nullable(Type.String())),
    has_more: Type.Boolean({ description: 'Whether objects follow this page.' }),
  }),
);
export type ListFineTuningCheckpointPermissionResponse = Static<typeof ListFineTuningCheckpointPermissionResponse>;

export const CreateFineTuningCheckpointPermissionRequest = named(
  'CreateFineTuningCheckpointPermissionRequest',
  Type.Object(
    { project_ids: Type.Array(Type.String(), { description: 'Ids of the projects that may use the checkpoint.' }) },
    { additionalProperties: false },
  ),
);
export type CreateFineTuningCheckpointPermissionRequest = Static<typeof CreateFineTuningCheckpointPermissionRequest>;

export const DeleteFineTuningCheckpointPermissionResponse = named(
  'DeleteFineTuningCheckpointPermissionResponse',
  Type.Object({ id: Type.String(), object: Type.Literal('checkpoint.permission'), deleted: Type.Boolean() }),
);
export type DeleteFineTuningCheckpointPermissionResponse = Static<typeof DeleteFineTuningCheckpointPermissionResponse>;

const checkpoint = { fine_tuned_model_checkpoint: Type.String({ description: 'Name of the checkpoint.' }) };
const CheckpointParams = Type.Object(checkpoint);
const PermissionParams = Type.Object({
  ...checkpoint,
  permission_id: Type.String({ description: 'Id of the permission.' }),
});
const PATH = '/fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions';

export const list = operation({
  id: 'fineTuning.checkpoints.permissions.list',
  method: 'GET',
  path: PATH,
  summary: 'Lists the permissions of a checkpoint.',
  authority: 'admin',
  params: CheckpointParams,
  query: Type.Object({
    project_id: Type.Optional(Type.String({ description: 'Only the permission of this project.' })),
    ...fineTuningCursor(10),
    order: Type.Optional(
      oneOf(['ascending', 'descending'], {
        default: 'descending',
        description: 'By time of creation: oldest or newest first.',
      }),
    ),
  }),
  response: ListFineTuningCheckpointPermissionResponse,
});

export const create = operation({
  id: 'fineTuning.checkpoints.permissions.create',
  method: 'POST',
  path: PATH,
  summary: 'Allows projects to use a checkpoint.',
  authority: 'admin',
  params: CheckpointParams,
  body: CreateFineTuningCheckpointPermissionRequest,
  response: ListFineTuningCheckpointPermissionResponse,
});

const deletePermission = operation({
  id: 'fineTuning.checkpoints.permissions.delete',
  method: 'DELETE',
  path: `${PATH}/{permission_id}`,
  summary: 'Withdraws a permission.',
  authority: 'admin',
  params: PermissionParams,
  response: DeleteFineTuningCheckpointPermissionResponse,
});

export { deletePermission as delete };
