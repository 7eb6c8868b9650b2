/** Details of the events of the audit log: the property with the name of the event's type. */
import Type, { type TProperties } from 'typebox';
import { anyObject } from '../schema.ts';

/** Details of one type of event; each field is present if the event has it. */
export const details = <P extends TProperties>(fields: P) => Type.Optional(Type.Partial(Type.Object(fields)));

const id = Type.String({ description: 'Id of the object that was changed.' });
const text = Type.String();
const strings = Type.Array(text);
const idAndName = { id, name: text };
const onlyId = details({ id });
/** What a request set when it created an object. */
const data = <P extends TProperties>(fields: P) => Type.Partial(Type.Object(fields));
/** What a request changed. */
const changes = data;
const limits = {
  max_requests_per_1_minute: Type.Integer(),
  max_tokens_per_1_minute: Type.Integer(),
  max_images_per_1_minute: Type.Integer(),
  max_audio_megabytes_per_1_minute: Type.Integer(),
  max_requests_per_1_day: Type.Integer(),
  batch_1_day_max_input_tokens: Type.Integer(),
};
const failure = details({ error_code: text, error_message: text });
const certificate = details(idAndName);
const certificates = details({ certificates: Type.Array(data(idAndName)) });

/** Objects of the organization and its projects. */
export const auditLogDetails = {
  'api_key.created': details({ id, data: data({ scopes: strings }) }),
  'api_key.updated': details({ id, changes_requested: changes({ scopes: strings }) }),
  'api_key.deleted': onlyId,
  'checkpoint.permission.created': details({
    id,
    data: data({ project_id: text, fine_tuned_model_checkpoint: text }),
  }),
  'checkpoint.permission.deleted': onlyId,
  'invite.sent': details({ id, data: data({ email: text, role: text }) }),
  'invite.accepted': onlyId,
  'invite.deleted': onlyId,
  'login.succeeded': Type.Optional(anyObject()),
  'login.failed': failure,
  'logout.succeeded': Type.Optional(anyObject()),
  'logout.failed': failure,
  'organization.updated': details({
    id,
    changes_requested: changes({
      title: text,
      description: text,
      name: text,
      threads_ui_visibility: text,
      usage_dashboard_visibility: text,
      api_call_logging: text,
      api_call_logging_project_ids: text,
    }),
  }),
  'project.created': details({ id, data: data({ name: text, title: text }) }),
  'project.updated': details({ id, changes_requested: changes({ title: text }) }),
  'project.archived': onlyId,
  'project.deleted': onlyId,
  'rate_limit.updated': details({ id, changes_requested: changes(limits) }),
  'rate_limit.deleted': onlyId,
  'service_account.created': details({ id, data: data({ role: text }) }),
  'service_account.updated': details({ id, changes_requested: changes({ role: text }) }),
  'service_account.deleted': onlyId,
  'user.added': details({ id, data: data({ role: text }) }),
  'user.updated': details({ id, changes_requested: changes({ role: text }) }),
  'user.deleted': onlyId,
  'certificate.created': certificate,
  'certificate.updated': certificate,
  'certificate.deleted': details({ ...idAndName, certificate: text }),
  'certificates.activated': certificates,
  'certificates.deactivated': certificates,
};
