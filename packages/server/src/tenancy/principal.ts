/** Who is calling, once that is known. Every operation runs for exactly one principal, and sees its project only. */
import type { Repositories } from '../storage/repositories/repositories.ts';

export interface Principal {
  readonly organizationId: string;
  readonly projectId: string;
  /** Null for the loopback principal. */
  readonly apiKeyId: string | null;
  /** `key` = an API key was checked; `loopback` = none was needed, because none exists and the address is this machine's own. */
  readonly via: 'key' | 'loopback';
}

/** The principal of calls without a key: the default project. Whether such a call is allowed is decided by the caller. */
export async function loopbackPrincipal(repositories: Repositories): Promise<Principal> {
  const { organizationId, projectId } = await repositories.system().installation.retrieve();
  return Object.freeze({ organizationId, projectId, apiKeyId: null, via: 'loopback' });
}
