/** The caller of an operation. Every operation runs for one principal and accesses only its project. */
import type { Repositories } from '../storage/repositories/repositories.ts';

/** `project` may use the API of its project; `admin` may also administer the organization. */
export type Role = 'project' | 'admin';

export interface Principal {
  readonly organizationId: string;
  readonly projectId: string;
  /** Null for the loopback principal. */
  readonly apiKeyId: string | null;
  /** `key`: authenticated by an API key. `loopback`: no key exists and the client is on this machine. */
  readonly via: 'key' | 'loopback';
  readonly roles: ReadonlySet<Role>;
}

const KEY_ROLES: ReadonlySet<Role> = new Set(['project']);
const LOOPBACK_ROLES: ReadonlySet<Role> = new Set(['project', 'admin']);

/** Returns the principal of an API key, or the loopback principal when `apiKeyId` is null. */
export function toPrincipal(owner: Pick<Principal, 'organizationId' | 'projectId' | 'apiKeyId'>): Principal {
  const isKey = owner.apiKeyId !== null;
  return Object.freeze({ ...owner, via: isKey ? 'key' : 'loopback', roles: isKey ? KEY_ROLES : LOOPBACK_ROLES });
}

/**
 * Returns the principal of calls without a key, which use the default project. The caller decides whether such calls
 * are allowed.
 */
export async function loopbackPrincipal(repositories: Repositories): Promise<Principal> {
  const { organizationId, projectId } = await repositories.system().installation.retrieve();
  return toPrincipal({ organizationId, projectId, apiKeyId: null });
}
