/**
 * API keys: stored as a hash and checked on every request. Invariants: a secret is shown once and never stored; a
 * revoked key is refused within KEY_CACHE_MS in every process; a cached key needs no read and no write of the database
 * per request.
 *
 * The hash is HMAC-SHA-256 and not a slow password hash: a secret has 288 random bits and cannot be guessed, and every
 * request would pay for a slow hash. With the pepper of the installation, equal secrets have different hashes in
 * different databases.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { errors } from '../errors/catalogue.ts';
import type { Clock } from '../lib/clock.ts';
import { createDelayedFlush } from '../lib/delayed-flush.ts';
import type { IdSource } from '../lib/ids.ts';
import { createTtlCache } from '../lib/ttl-cache.ts';
import type { ApiKeyRecord } from '../storage/repositories/records.ts';
import type { Repositories, SystemRepositories } from '../storage/repositories/repositories.ts';
import { type Principal, toPrincipal } from './principal.ts';

/**
 * Maximum time for which a key revoked by another process is still accepted, and for which its first key goes
 * unnoticed.
 */
export const KEY_CACHE_MS = 3000;
/** Maximum delay of a write of `lastUsedAt`. A kill loses unwritten times. */
const LAST_USED_FLUSH_MS = 1000;
const MAX_CACHED_KEYS = 10_000;
const SECRET_PREFIX = 'sk-';
const SECRET_BYTES = 36;
/** Longer secrets are refused without hashing. */
const MAX_SECRET_CHARACTERS = 256;
const MAX_NAME_CHARACTERS = 200;
/** Maximum number of keys in an `ambiguous` result. */
const MAX_MATCHES = 5;

/** The displayable fields of an API key. */
export type ApiKey = Omit<ApiKeyRecord, 'keyHash'>;

export interface CreateApiKeyParams {
  /** 1–200 characters. */
  name: string;
  /** Default: the default project. */
  projectId?: string | undefined;
}

export type RevokeResult =
  | { outcome: 'revoked'; key: ApiKey }
  /** It was revoked at `key.revokedAt`. */
  | { outcome: 'already_revoked'; key: ApiKey }
  | { outcome: 'not_found' }
  /** Several keys have this prefix; `matches` lists the first ones. */
  | { outcome: 'ambiguous'; matches: ApiKey[] };

export interface ApiKeys {
  /** Throws ApiError `invalid_value` for a bad name (`name`) or an unknown or archived project (`project_id`). */
  create(params: CreateApiKeyParams): Promise<{ key: ApiKey; secret: string }>;
  /** All keys of all projects in order of creation, revoked ones included. */
  list(): Promise<ApiKey[]>;
  /** Revokes by id or unique prefix of an id. Takes effect at once in this process, within KEY_CACHE_MS in others. */
  revoke(idOrPrefix: string): Promise<RevokeResult>;
  /**
   * Returns the principal of a secret (a bearer token), or null when the key is unknown, revoked or of an archived
   * project.
   */
  authenticate(secret: string): Promise<Principal | null>;
  /**
   * Whether a key was ever created. Revoked keys count, so that a server that once had keys does not become open again.
   */
  anyKeyExists(): Promise<boolean>;
  /** Writes pending values of `lastUsedAt`. Call before the repositories are closed. */
  flush(): Promise<void>;
}

export interface ApiKeysOptions {
  clock: Clock;
  ids: IdSource;
  /** Called when `lastUsedAt` could not be written. The write is retried. */
  onError?: ((error: unknown) => void) | undefined;
}

function toApiKey(record: ApiKeyRecord): ApiKey {
  const { id, projectId, name, redactedValue, createdAt, lastUsedAt, revokedAt } = record;
  return { id, projectId, name, redactedValue, createdAt, lastUsedAt, revokedAt };
}

/** Caches principals by hash for KEY_CACHE_MS. Refused keys are cached as null. */
function createPrincipalCache(system: SystemRepositories, clock: Clock) {
  async function load(keyHash: string): Promise<Principal | null> {
    const key = await system.apiKeys.findByHash(keyHash);
    // The index compares byte by byte. This comparison takes constant time, so that it leaks no prefix of the hash.
    if (key === undefined || !timingSafeEqual(Buffer.from(key.keyHash), Buffer.from(keyHash))) return null;
    if (key.revokedAt !== null) return null;
    const project = await system.projects.retrieve(key.projectId);
    if (project === undefined || project.archivedAt !== null) return null;
    return toPrincipal({ organizationId: project.organizationId, projectId: project.id, apiKeyId: key.id });
  }
  return createTtlCache<Principal | null>({ clock, ttlMs: KEY_CACHE_MS, maxEntries: MAX_CACHED_KEYS, load });
}

/** Collects the last use of each key, so that many requests share one write. */
function createLastUse(system: SystemRepositories, onError: (error: unknown) => void) {
  let pending = new Map<string, number>();
  const { schedule, flush } = createDelayedFlush({
    delayMs: LAST_USED_FLUSH_MS,
    onError,
    async flush() {
      if (pending.size === 0) return;
      const taken = pending;
      pending = new Map();
      try {
        await system.apiKeys.recordUses([...taken].map(([id, lastUsedAt]) => ({ id, lastUsedAt })));
      } catch (error) {
        pending = new Map([...taken, ...pending]);
        throw error;
      }
    },
  });
  function record(id: string, atMs: number): void {
    pending.set(id, atMs);
    schedule();
  }
  return { record, flush };
}

function parseName(text: string): string {
  const name = text.trim();
  if (name !== '' && name.length <= MAX_NAME_CHARACTERS) return name;
  throw errors.invalidValue('name', `The name of a key has 1 to ${MAX_NAME_CHARACTERS} characters.`);
}

async function projectForKey(system: SystemRepositories, requestedId: string | undefined): Promise<string> {
  const id = requestedId ?? (await system.installation.retrieve()).projectId;
  const project = await system.projects.retrieve(id);
  if (project === undefined) throw errors.invalidValue('project_id', `There is no project '${id}'.`);
  if (project.archivedAt === null) return id;
  throw errors.invalidValue('project_id', `The project '${id}' is archived: its keys are refused.`);
}

async function revoke({ apiKeys }: SystemRepositories, idOrPrefix: string, atMs: number): Promise<RevokeResult> {
  const matches = idOrPrefix === '' ? [] : await apiKeys.listByIdPrefix(idOrPrefix, MAX_MATCHES);
  const [found, ...others] = matches;
  if (found === undefined) return { outcome: 'not_found' };
  if (others.length > 0 && found.id !== idOrPrefix) return { outcome: 'ambiguous', matches: matches.map(toApiKey) };
  if (found.revokedAt !== null) return { outcome: 'already_revoked', key: toApiKey(found) };
  const revoked = await apiKeys.revoke(found.id, atMs);
  return revoked === undefined ? { outcome: 'not_found' } : { outcome: 'revoked', key: toApiKey(revoked) };
}

export function createApiKeys(repositories: Repositories, { clock, ids, onError }: ApiKeysOptions): ApiKeys {
  const system = repositories.system();
  const principals = createPrincipalCache(system, clock);
  const lastUse = createLastUse(system, onError ?? (() => undefined));
  const loadExistence = () => system.apiKeys.anyExists();
  const existence = createTtlCache({ clock, ttlMs: KEY_CACHE_MS, maxEntries: 1, load: loadExistence });
  let keysExist = false;
  let pepper: string | undefined;

  async function hash(secret: string): Promise<string> {
    pepper ??= (await system.installation.retrieve()).apiKeyPepper;
    return createHmac('sha256', pepper).update(secret).digest('hex');
  }

  return {
    async create(params) {
      const name = parseName(params.name);
      const projectId = await projectForKey(system, params.projectId);
      const secret = SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
      const record: ApiKeyRecord = {
        id: ids('key_'),
        projectId,
        name,
        keyHash: await hash(secret),
        redactedValue: `${SECRET_PREFIX}…${secret.slice(-4)}`,
        createdAt: clock.now(),
        lastUsedAt: null,
        revokedAt: null,
      };
      await system.apiKeys.create(record);
      keysExist = true;
      return { key: toApiKey(record), secret };
    },

    async list() {
      return (await system.apiKeys.list()).map(toApiKey);
    },

    async revoke(idOrPrefix) {
      const result = await revoke(system, idOrPrefix, clock.now());
      principals.clear();
      return result;
    },

    async authenticate(secret) {
      if (!secret.startsWith(SECRET_PREFIX) || secret.length > MAX_SECRET_CHARACTERS) return null;
      const principal = await principals.retrieve(await hash(secret));
      if (principal?.apiKeyId != null) lastUse.record(principal.apiKeyId, clock.now());
      return principal;
    },

    async anyKeyExists() {
      keysExist ||= await existence.retrieve('any');
      return keysExist;
    },

    flush: lastUse.flush,
  };
}
