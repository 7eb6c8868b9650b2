/** The principal of the requests of a batch: its creator, while that key and project have access. */
import type { Clock } from '../../lib/clock.ts';
import type { BatchRecord } from '../../storage/repositories/batches.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import { KEY_CACHE_MS } from '../../tenancy/api-keys.ts';
import { type Principal, toPrincipal } from '../../tenancy/principal.ts';

/** The caller has lost access, so the batch ends. The message is for its owner. */
export class CallerRefused extends Error {
  override readonly name = 'CallerRefused';
  readonly code: 'invalid_api_key' | 'project_archived';

  constructor(code: CallerRefused['code'], message: string) {
    super(message);
    this.code = code;
  }
}

type Records = Pick<ProjectRepositories, 'project' | 'apiKeys'>;

async function find({ projectId, apiKeyId }: BatchRecord, { project, apiKeys }: Records): Promise<Principal> {
  const found = await project.retrieve();
  if (found === undefined) throw new Error(`The project ${projectId} is gone.`);
  if (found.archivedAt !== null) {
    throw new CallerRefused(
      'project_archived',
      'The project of this batch was archived, so its requests are not sent any more.',
    );
  }
  if (apiKeyId !== null && (await apiKeys.retrieve(apiKeyId))?.revokedAt !== null) {
    throw new CallerRefused(
      'invalid_api_key',
      'The API key that created this batch was revoked, so its requests are not sent any more.',
    );
  }
  return toPrincipal({ organizationId: found.organizationId, projectId, apiKeyId });
}

/** Returns the principal, read again at the age limit of online requests. Rejects with CallerRefused. */
export function createCaller(batch: BatchRecord, records: Records, clock: Clock): () => Promise<Principal> {
  let found: { at: number; principal: Promise<Principal> } | undefined;
  return () => {
    const now = clock.now();
    if (found === undefined || now - found.at >= KEY_CACHE_MS) found = { at: now, principal: find(batch, records) };
    return found.principal;
  };
}
