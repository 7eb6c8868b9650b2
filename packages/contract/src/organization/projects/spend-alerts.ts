/** Emails about the costs of a project: `organization.projects.spendAlerts.*`. */
import Type, { type Static } from 'typebox';
import { page } from '../../common/pages.ts';
import { operation } from '../../operation.ts';
import { named } from '../../schema.ts';
import { deletion, pathParams } from '../fields.ts';
import { CreateSpendAlertBody, spendAlert, spendAlertsQuery } from '../spending.ts';

export const ProjectSpendAlert = named(
  'ProjectSpendAlert',
  Type.Object({ object: Type.Literal('project.spend_alert'), ...spendAlert }),
);
export type ProjectSpendAlert = Static<typeof ProjectSpendAlert>;

export const ProjectSpendAlertListResource = page('ProjectSpendAlertListResource', ProjectSpendAlert);
export type ProjectSpendAlertListResource = Static<typeof ProjectSpendAlertListResource>;

export const ProjectSpendAlertDeletedResource = deletion(
  'ProjectSpendAlertDeletedResource',
  'project.spend_alert.deleted',
);
export type ProjectSpendAlertDeletedResource = Static<typeof ProjectSpendAlertDeletedResource>;

export const list = operation({
  id: 'organization.projects.spendAlerts.list',
  method: 'GET',
  path: '/organization/projects/{project_id}/spend_alerts',
  summary: 'Lists the spend alerts of a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  query: spendAlertsQuery,
  response: ProjectSpendAlertListResource,
});

export const create = operation({
  id: 'organization.projects.spendAlerts.create',
  method: 'POST',
  path: '/organization/projects/{project_id}/spend_alerts',
  summary: 'Creates a spend alert of a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  body: CreateSpendAlertBody,
  response: ProjectSpendAlert,
});

export const retrieve = operation({
  id: 'organization.projects.spendAlerts.retrieve',
  method: 'GET',
  path: '/organization/projects/{project_id}/spend_alerts/{alert_id}',
  summary: 'Retrieves a spend alert of a project.',
  authority: 'admin',
  params: pathParams('project_id', 'alert_id'),
  response: ProjectSpendAlert,
});

export const update = operation({
  id: 'organization.projects.spendAlerts.update',
  method: 'POST',
  path: '/organization/projects/{project_id}/spend_alerts/{alert_id}',
  summary: 'Replaces a spend alert of a project.',
  authority: 'admin',
  params: pathParams('project_id', 'alert_id'),
  body: CreateSpendAlertBody,
  response: ProjectSpendAlert,
});

const deleteSpendAlert = operation({
  id: 'organization.projects.spendAlerts.delete',
  method: 'DELETE',
  path: '/organization/projects/{project_id}/spend_alerts/{alert_id}',
  summary: 'Deletes a spend alert of a project.',
  authority: 'admin',
  params: pathParams('project_id', 'alert_id'),
  response: ProjectSpendAlertDeletedResource,
});

export { deleteSpendAlert as delete };
