/** Certificates of a project: `organization.projects.certificates.*`. */
import type { Static } from 'typebox';
import { page, pageQuery } from '../../common/pages.ts';
import { operation } from '../../operation.ts';
import { OrganizationProjectCertificate, ToggleCertificatesRequest, toggled } from '../certificates.ts';
import { pathParams } from '../fields.ts';

export const ListProjectCertificatesResponse = page('ListProjectCertificatesResponse', OrganizationProjectCertificate);
export type ListProjectCertificatesResponse = Static<typeof ListProjectCertificatesResponse>;

export const OrganizationProjectCertificateActivationResponse = toggled(
  'OrganizationProjectCertificateActivationResponse',
  'organization.project.certificate.activation',
  OrganizationProjectCertificate,
);
export type OrganizationProjectCertificateActivationResponse = Static<
  typeof OrganizationProjectCertificateActivationResponse
>;

export const OrganizationProjectCertificateDeactivationResponse = toggled(
  'OrganizationProjectCertificateDeactivationResponse',
  'organization.project.certificate.deactivation',
  OrganizationProjectCertificate,
);
export type OrganizationProjectCertificateDeactivationResponse = Static<
  typeof OrganizationProjectCertificateDeactivationResponse
>;

export const list = operation({
  id: 'organization.projects.certificates.list',
  method: 'GET',
  path: '/organization/projects/{project_id}/certificates',
  summary: 'Lists the certificates of a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  query: pageQuery({ limit: 20, max: 100 }, {}),
  response: ListProjectCertificatesResponse,
});

export const activate = operation({
  id: 'organization.projects.certificates.activate',
  method: 'POST',
  path: '/organization/projects/{project_id}/certificates/activate',
  summary: 'Activates certificates in a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  body: ToggleCertificatesRequest,
  response: OrganizationProjectCertificateActivationResponse,
});

export const deactivate = operation({
  id: 'organization.projects.certificates.deactivate',
  method: 'POST',
  path: '/organization/projects/{project_id}/certificates/deactivate',
  summary: 'Deactivates certificates in a project.',
  authority: 'admin',
  params: pathParams('project_id'),
  body: ToggleCertificatesRequest,
  response: OrganizationProjectCertificateDeactivationResponse,
});
