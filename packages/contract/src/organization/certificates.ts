/** Client certificates for mutual TLS: `organization.certificates.*`. */
import Type, { type Static, type TSchema } from 'typebox';
import { page, pageQuery } from '../common/pages.ts';
import { operation } from '../operation.ts';
import { type Named, named, nullable, oneOf, ref } from '../schema.ts';
import { pathParams, unixTime } from './fields.ts';

/** Maximum certificates that one request activates or deactivates. */
const MAX_TOGGLED_CERTIFICATES = 10;

const validity = {
  valid_at: Type.Optional(unixTime('the certificate becomes valid')),
  expires_at: Type.Optional(unixTime('the certificate expires')),
};

const common = {
  id: Type.String(),
  name: nullable(Type.String()),
  created_at: unixTime('the certificate was uploaded'),
};

export const Certificate = named(
  'Certificate',
  Type.Object({
    object: oneOf(['certificate', 'organization.certificate', 'organization.project.certificate']),
    ...common,
    certificate_details: Type.Object({
      ...validity,
      content: Type.Optional(
        Type.String({ description: 'The certificate in PEM format, if the request includes it.' }),
      ),
    }),
    active: Type.Optional(Type.Boolean({ description: 'Absent for a certificate that is retrieved alone.' })),
  }),
);
export type Certificate = Static<typeof Certificate>;

const listed = { ...common, certificate_details: Type.Object(validity) };

export const OrganizationCertificate = named(
  'OrganizationCertificate',
  Type.Object({
    object: Type.Literal('organization.certificate'),
    ...listed,
    active: Type.Boolean({ description: 'Whether the certificate is active in the whole organization.' }),
  }),
);
export type OrganizationCertificate = Static<typeof OrganizationCertificate>;

export const OrganizationProjectCertificate = named(
  'OrganizationProjectCertificate',
  Type.Object({
    object: Type.Literal('organization.project.certificate'),
    ...listed,
    active: Type.Boolean({ description: 'Whether the certificate is active in the project.' }),
  }),
);
export type OrganizationProjectCertificate = Static<typeof OrganizationProjectCertificate>;

export const ListCertificatesResponse = page('ListCertificatesResponse', OrganizationCertificate);
export type ListCertificatesResponse = Static<typeof ListCertificatesResponse>;

export const UploadCertificateRequest = named(
  'UploadCertificateRequest',
  Type.Object(
    {
      certificate: Type.Optional(Type.String({ description: 'The certificate in PEM format; required.' })),
      content: Type.Optional(
        Type.String({ deprecated: true, description: 'The name of `certificate` in older clients.' }),
      ),
      name: Type.Optional(Type.String({ description: 'Name of the certificate, for people.' })),
    },
    { additionalProperties: false },
  ),
);
export type UploadCertificateRequest = Static<typeof UploadCertificateRequest>;

export const ModifyCertificateRequest = named(
  'ModifyCertificateRequest',
  Type.Object({ name: Type.Optional(Type.String({ description: 'The new name.' })) }, { additionalProperties: false }),
);
export type ModifyCertificateRequest = Static<typeof ModifyCertificateRequest>;

export const ToggleCertificatesRequest = named(
  'ToggleCertificatesRequest',
  Type.Object(
    {
      certificate_ids: Type.Array(Type.String(), {
        minItems: 1,
        maxItems: MAX_TOGGLED_CERTIFICATES,
        description: `Ids of 1 to ${MAX_TOGGLED_CERTIFICATES} certificates; either all of them change or none.`,
      }),
    },
    { additionalProperties: false },
  ),
);
export type ToggleCertificatesRequest = Static<typeof ToggleCertificatesRequest>;

/** The certificates that a request activated or deactivated. */
export function toggled<const O extends string, T extends TSchema>(name: string, object: O, item: Named<T>) {
  return named(name, Type.Object({ object: Type.Literal(object), data: Type.Array(ref(item)) }));
}

export const OrganizationCertificateActivationResponse = toggled(
  'OrganizationCertificateActivationResponse',
  'organization.certificate.activation',
  OrganizationCertificate,
);
export type OrganizationCertificateActivationResponse = Static<typeof OrganizationCertificateActivationResponse>;

export const OrganizationCertificateDeactivationResponse = toggled(
  'OrganizationCertificateDeactivationResponse',
  'organization.certificate.deactivation',
  OrganizationCertificate,
);
export type OrganizationCertificateDeactivationResponse = Static<typeof OrganizationCertificateDeactivationResponse>;

export const DeleteCertificateResponse = named(
  'DeleteCertificateResponse',
  Type.Object({
    object: Type.Literal('certificate.deleted'),
    id: Type.String({ description: 'Id of the deleted certificate.' }),
  }),
);
export type DeleteCertificateResponse = Static<typeof DeleteCertificateResponse>;

export const list = operation({
  id: 'organization.certificates.list',
  method: 'GET',
  path: '/organization/certificates',
  summary: 'Lists the certificates of the organization.',
  authority: 'admin',
  query: pageQuery({ limit: 20, max: 100 }, {}),
  response: ListCertificatesResponse,
});

export const create = operation({
  id: 'organization.certificates.create',
  method: 'POST',
  path: '/organization/certificates',
  summary: 'Uploads a certificate, which is inactive until it is activated.',
  authority: 'admin',
  body: UploadCertificateRequest,
  response: Certificate,
});

export const activate = operation({
  id: 'organization.certificates.activate',
  method: 'POST',
  path: '/organization/certificates/activate',
  summary: 'Activates certificates in the organization.',
  authority: 'admin',
  body: ToggleCertificatesRequest,
  response: OrganizationCertificateActivationResponse,
});

export const deactivate = operation({
  id: 'organization.certificates.deactivate',
  method: 'POST',
  path: '/organization/certificates/deactivate',
  summary: 'Deactivates certificates in the organization.',
  authority: 'admin',
  body: ToggleCertificatesRequest,
  response: OrganizationCertificateDeactivationResponse,
});

export const retrieve = operation({
  id: 'organization.certificates.retrieve',
  method: 'GET',
  path: '/organization/certificates/{certificate_id}',
  summary: 'Retrieves a certificate.',
  authority: 'admin',
  params: pathParams('certificate_id'),
  query: Type.Object({
    include: Type.Optional(
      Type.Array(oneOf(['content']), { description: 'Optional fields to include: `content`, the PEM.' }),
    ),
  }),
  response: Certificate,
});

export const update = operation({
  id: 'organization.certificates.update',
  method: 'POST',
  path: '/organization/certificates/{certificate_id}',
  summary: 'Renames a certificate.',
  authority: 'admin',
  params: pathParams('certificate_id'),
  body: ModifyCertificateRequest,
  response: Certificate,
});

const deleteCertificate = operation({
  id: 'organization.certificates.delete',
  method: 'DELETE',
  path: '/organization/certificates/{certificate_id}',
  summary: 'Deletes a certificate that is not active anywhere.',
  authority: 'admin',
  params: pathParams('certificate_id'),
  response: DeleteCertificateResponse,
});

export { deleteCertificate as delete };
