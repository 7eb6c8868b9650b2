/** Emails about the costs of the organization: `organization.spendAlerts.*`. */
import Type, { type Static } from 'typebox';
import { page } from '../common/pages.ts';
import { operation } from '../operation.ts';
import { named } from '../schema.ts';
import { deletion, pathParams } from './fields.ts';
import { CreateSpendAlertBody, spendAlert, spendAlertsQuery } from './spending.ts';

export const OrganizationSpendAlert = named(
  'OrganizationSpendAlert',
  Type.Object({ object: Type.Literal('organization.spend_alert'), ...spendAlert }),
);
export type OrganizationSpendAlert = Static<typeof OrganizationSpendAlert>;

export const OrganizationSpendAlertListResource = page('OrganizationSpendAlertListResource', OrganizationSpendAlert);
export type OrganizationSpendAlertListResource = Static<typeof OrganizationSpendAlertListResource>;

export const OrganizationSpendAlertDeletedResource = deletion(
  'OrganizationSpendAlertDeletedResource',
  'organization.spend_alert.deleted',
);
export type OrganizationSpendAlertDeletedResource = Static<typeof OrganizationSpendAlertDeletedResource>;

export const list = operation({
  id: 'organization.spendAlerts.list',
  method: 'GET',
  path: '/organization/spend_alerts',
  summary: 'Lists the spend alerts of the organization.',
  authority: 'admin',
  query: spendAlertsQuery,
  response: OrganizationSpendAlertListResource,
});

export const create = operation({
  id: 'organization.spendAlerts.create',
  method: 'POST',
  path: '/organization/spend_alerts',
  summary: 'Creates a spend alert of the organization.',
  authority: 'admin',
  body: CreateSpendAlertBody,
  response: OrganizationSpendAlert,
});

export const retrieve = operation({
  id: 'organization.spendAlerts.retrieve',
  method: 'GET',
  path: '/organization/spend_alerts/{alert_id}',
  summary: 'Retrieves a spend alert of the organization.',
  authority: 'admin',
  params: pathParams('alert_id'),
  response: OrganizationSpendAlert,
});

export const update = operation({
  id: 'organization.spendAlerts.update',
  method: 'POST',
  path: '/organization/spend_alerts/{alert_id}',
  summary: 'Replaces a spend alert of the organization.',
  authority: 'admin',
  params: pathParams('alert_id'),
  body: CreateSpendAlertBody,
  response: OrganizationSpendAlert,
});

const deleteSpendAlert = operation({
  id: 'organization.spendAlerts.delete',
  method: 'DELETE',
  path: '/organization/spend_alerts/{alert_id}',
  summary: 'Deletes a spend alert of the organization.',
  authority: 'admin',
  params: pathParams('alert_id'),
  response: OrganizationSpendAlertDeletedResource,
});

export { deleteSpendAlert as delete };
