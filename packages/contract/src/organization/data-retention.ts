/** How long the organization keeps data: `organization.dataRetention.*`. */
import Type, { type Static } from 'typebox';
import { operation } from '../operation.ts';
import { named, oneOf } from '../schema.ts';

export const RETENTION_TYPES = [
  'zero_data_retention',
  'modified_abuse_monitoring',
  'enhanced_zero_data_retention',
  'enhanced_modified_abuse_monitoring',
] as const;

export const OrganizationDataRetention = named(
  'OrganizationDataRetention',
  Type.Object({ object: Type.Literal('organization.data_retention'), type: oneOf(RETENTION_TYPES) }),
);
export type OrganizationDataRetention = Static<typeof OrganizationDataRetention>;

export const UpdateOrganizationDataRetentionBody = named(
  'UpdateOrganizationDataRetentionBody',
  Type.Object(
    { retention_type: oneOf(RETENTION_TYPES, { description: 'The retention for all projects that state none.' }) },
    { additionalProperties: false },
  ),
);
export type UpdateOrganizationDataRetentionBody = Static<typeof UpdateOrganizationDataRetentionBody>;

export const retrieve = operation({
  id: 'organization.dataRetention.retrieve',
  method: 'GET',
  path: '/organization/data_retention',
  summary: 'Retrieves the data retention of the organization.',
  authority: 'admin',
  response: OrganizationDataRetention,
});

export const update = operation({
  id: 'organization.dataRetention.update',
  method: 'POST',
  path: '/organization/data_retention',
  summary: 'Sets the data retention of the organization.',
  authority: 'admin',
  body: UpdateOrganizationDataRetentionBody,
  response: OrganizationDataRetention,
});
