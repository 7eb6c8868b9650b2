/** The costs at which requests of the organization are refused: `organization.spendLimit.*`. */
import Type, { type Static } from 'typebox';
import { operation } from '../operation.ts';
import { named } from '../schema.ts';
import { removal } from './fields.ts';
import { spendLimit, spendLimitBody } from './spending.ts';

export const OrganizationSpendLimitResource = named(
  'OrganizationSpendLimitResource',
  Type.Object({ object: Type.Literal('organization.spend_limit'), ...spendLimit }),
);
export type OrganizationSpendLimitResource = Static<typeof OrganizationSpendLimitResource>;

export const UpdateOrganizationSpendLimitBody = spendLimitBody('UpdateOrganizationSpendLimitBody');
export type UpdateOrganizationSpendLimitBody = Static<typeof UpdateOrganizationSpendLimitBody>;

export const OrganizationSpendLimitDeletedResource = removal(
  'OrganizationSpendLimitDeletedResource',
  'organization.spend_limit.deleted',
);
export type OrganizationSpendLimitDeletedResource = Static<typeof OrganizationSpendLimitDeletedResource>;

export const retrieve = operation({
  id: 'organization.spendLimit.retrieve',
  method: 'GET',
  path: '/organization/spend_limit',
  summary: 'Retrieves the spend limit of the organization.',
  authority: 'admin',
  response: OrganizationSpendLimitResource,
});

export const update = operation({
  id: 'organization.spendLimit.update',
  method: 'POST',
  path: '/organization/spend_limit',
  summary: 'Creates or replaces the spend limit of the organization.',
  authority: 'admin',
  body: UpdateOrganizationSpendLimitBody,
  response: OrganizationSpendLimitResource,
});

const deleteSpendLimit = operation({
  id: 'organization.spendLimit.delete',
  method: 'DELETE',
  path: '/organization/spend_limit',
  summary: 'Deletes the spend limit of the organization.',
  authority: 'admin',
  response: OrganizationSpendLimitDeletedResource,
});

export { deleteSpendLimit as delete };
