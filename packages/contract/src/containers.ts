/** Containers in which the model runs code and keeps files: `containers.*`. */
import Type, { type Static } from 'typebox';
import { MAX_COUNT } from './common/bounds.ts';
import { page, pageQuery } from './common/pages.ts';
import { operation } from './operation.ts';
import {
  ContainerMemoryLimit,
  ContainerNetworkPolicyAllowlistParam,
  ContainerNetworkPolicyDisabledParam,
  InlineSkillParam,
  SkillReferenceParam,
} from './responses/tools/containers.ts';
import { named, oneOf, ref, tagged } from './schema.ts';

export * as files from './containers/files.ts';

const memoryLimit = (description: string) => Type.Optional(ref(ContainerMemoryLimit, { description }));

const anchor = oneOf(['last_active_at'], { description: 'The last use of the container.' });
const minutes = Type.Integer({
  minimum: 1,
  maximum: MAX_COUNT,
  description: 'Minutes after the anchor at which the container expires.',
});

export const ContainerResource = named(
  'ContainerResource',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('container'),
    name: Type.String(),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    status: Type.String({ description: 'E.g. `running`; code runs only in a running container.' }),
    last_active_at: Type.Optional(Type.Integer({ description: 'Unix time in seconds of the last use.' })),
    expires_after: Type.Optional(
      Type.Object({ anchor: Type.Optional(anchor), minutes: Type.Optional(minutes) }, { description: 'Its expiry.' }),
    ),
    memory_limit: memoryLimit('Maximum memory.'),
    network_policy: Type.Optional(
      Type.Object(
        {
          type: oneOf(['allowlist', 'disabled']),
          allowed_domains: Type.Optional(
            Type.Array(Type.String(), { description: 'Domains that code may connect to if `type` is `allowlist`.' }),
          ),
        },
        { description: 'What code may connect to.' },
      ),
    ),
  }),
);
export type ContainerResource = Static<typeof ContainerResource>;

export const ContainerListResource = page('ContainerListResource', ContainerResource);
export type ContainerListResource = Static<typeof ContainerListResource>;

export const CreateContainerBody = named(
  'CreateContainerBody',
  Type.Object(
    {
      name: Type.String({ description: 'Name of the container.' }),
      file_ids: Type.Optional(Type.Array(Type.String(), { description: 'Ids of files to copy into the container.' })),
      expires_after: Type.Optional(
        Type.Object({ anchor, minutes }, { description: 'When the container expires if it is not used.' }),
      ),
      skills: Type.Optional(
        Type.Array(tagged('type', [SkillReferenceParam, InlineSkillParam]), {
          description: 'Skills to install: references to stored ones, or bundles in the request.',
        }),
      ),
      memory_limit: memoryLimit('Maximum memory. Default: `1g`.'),
      network_policy: Type.Optional(
        tagged('type', [ContainerNetworkPolicyDisabledParam, ContainerNetworkPolicyAllowlistParam], {
          description: 'What code may connect to. Default: nothing.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
);
export type CreateContainerBody = Static<typeof CreateContainerBody>;

/** The API description does not name it. */
export const DeleteContainerResponse = named(
  'DeleteContainerResponse',
  Type.Object({ id: Type.String(), object: Type.Literal('container.deleted'), deleted: Type.Boolean() }),
);
export type DeleteContainerResponse = Static<typeof DeleteContainerResponse>;

const ContainerParams = Type.Object({ container_id: Type.String({ description: 'Id of the container.' }) });

export const create = operation({
  id: 'containers.create',
  method: 'POST',
  path: '/containers',
  summary: 'Creates a container.',
  authority: 'project',
  body: CreateContainerBody,
  response: ContainerResource,
});

export const list = operation({
  id: 'containers.list',
  method: 'GET',
  path: '/containers',
  summary: 'Lists the containers of the project.',
  authority: 'project',
  query: pageQuery(
    { limit: 20, max: 100 },
    { name: Type.Optional(Type.String({ description: 'Only containers of this name.' })) },
  ),
  response: ContainerListResource,
});

export const retrieve = operation({
  id: 'containers.retrieve',
  method: 'GET',
  path: '/containers/{container_id}',
  summary: 'Retrieves a container.',
  authority: 'project',
  params: ContainerParams,
  response: ContainerResource,
});

const deleteContainer = operation({
  id: 'containers.delete',
  method: 'DELETE',
  path: '/containers/{container_id}',
  summary: 'Deletes a container and its files.',
  authority: 'project',
  params: ContainerParams,
  response: DeleteContainerResponse,
});

export { deleteContainer as delete };
