/** Details of the events of the audit log that concern access: groups, roles, networks and identity providers. */
import Type, { type TProperties } from 'typebox';
import { anyObject, oneOf } from '../schema.ts';
import { details } from './audit-log-details.ts';

const id = Type.String({ description: 'Id of the object that was changed.' });
const text = Type.String();
const strings = Type.Array(text);
const onlyId = details({ id });
const part = <P extends TProperties>(fields: P) => Type.Partial(Type.Object(fields));
const allowList = details({ id, name: text, allowed_ips: strings });
const allowLists = details({ configs: Type.Array(part({ id: text, name: text })) });
const assignment = details({
  id,
  principal_id: text,
  principal_type: text,
  resource_id: text,
  resource_type: text,
});
const binding = details({
  id,
  role_id: text,
  resource_id: text,
  resource_type: text,
  permissions: strings,
  workspace_id: text,
  connector_id: text,
  connector_name: text,
  enabled: Type.Boolean(),
  source: oneOf(['role_toggle', 'role_connector_update', 'role_delete', 'workspace_permissions', 'connector_publish']),
});

export const accessAuditLogDetails = {
  'external_key.registered': details({ id, data: anyObject() }),
  'external_key.removed': onlyId,
  'group.created': details({ id, data: part({ group_name: text }) }),
  'group.updated': details({ id, changes_requested: part({ group_name: text }) }),
  'group.deleted': onlyId,
  'scim.enabled': onlyId,
  'scim.disabled': onlyId,
  'ip_allowlist.created': allowList,
  'ip_allowlist.updated': details({ id, allowed_ips: strings }),
  'ip_allowlist.deleted': allowList,
  'ip_allowlist.config.activated': allowLists,
  'ip_allowlist.config.deactivated': allowLists,
  'role.created': details({ id, role_name: text, permissions: strings, resource_type: text, resource_id: text }),
  'role.updated': details({
    id,
    changes_requested: part({
      role_name: text,
      resource_id: text,
      resource_type: text,
      permissions_added: strings,
      permissions_removed: strings,
      description: text,
      metadata: anyObject(),
    }),
  }),
  'role.deleted': onlyId,
  'role.assignment.created': assignment,
  'role.assignment.deleted': assignment,
  'role.bound_to_resource': binding,
  'role.unbound_from_resource': binding,
  'workload_identity_provider.created': details({ id, data: anyObject() }),
  'workload_identity_provider.updated': details({ id, changes_requested: anyObject() }),
  'workload_identity_provider.deleted': details({ id, name: text }),
  'workload_identity_provider_mapping.created': details({ id, identity_provider_id: text, data: anyObject() }),
  'workload_identity_provider_mapping.updated': details({
    id,
    identity_provider_id: text,
    changes_requested: anyObject(),
  }),
  'workload_identity_provider_mapping.deleted': details({
    id,
    identity_provider_id: text,
    project_id: text,
    service_account_id: text,
  }),
};
