/**
 * API keys: made once, stored as a hash, checked on every request. Invariants: a secret is shown once and stored nowhere; a revoked
 * key is refused within KEY_CACHE_MS in every process; a known key costs no read and no write of the database per request.
 *
 * The hash is one HMAC-SHA-256 and not a slow password hash: a secret has 288 random bits, so there is nothing to guess, and a slow
 * hash would be paid by every request. The installation's pepper makes equal secrets hash differently in different databases.
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

/** How long a key revoked by another process may still be accepted, and a first key overlooked. */
export const KEY_CACHE_MS = 3000;
/** How late `lastUsedAt` may be written; what was not written at a kill is lost. */
const LAST_USED_FLUSH_MS = 1000;
const CACHED_KEYS = 10_000;
const SECRET_PREFIX = 'sk-';
const SECRET_BYTES = 36;
/** No key of this server is longer; nothing longer is worth hashing. */
const MAX_SECRET = 256;
const MAX_NAME = 200;
/** Most keys that are named when a prefix fits several. */
const SHOWN_MATCHES = 5;

/** An API key as it may be shown. */
export type ApiKey = Omit<ApiKeyRecord, 'keyHash'>;

export interface CreateApiKeyParams {
  /** 1–200 characters. */
  name: string;
  /** Default: the default project. */
  projectId?: string | undefined;
}

export type RevokeResult =
  | { outcome: 'revoked'; key: ApiKey }
  /** It was revoked before; `key.revokedAt` says when. */
  | { outcome: 'already_revoked'; key: ApiKey }
  | { outcome: 'not_found' }
  /** The prefix fits several keys; `matches` holds the first of them. */
  | { outcome: 'ambiguous'; matches: ApiKey[] };

export interface ApiKeys {
  /** Throws ApiError `invalid_value` for a bad name (`name`) or an unknown or archived project (`project_id`). */
  create(params: CreateApiKeyParams): Promise<{ key: ApiKey; secret: string }>;
  /** All keys of all projects, revoked ones too, in order of creation. */
  list(): Promise<ApiKey[]>;
  /** By id, or by the beginning of an id that fits one key only. At once in this process, within KEY_CACHE_MS in others. */
  revoke(idOrPrefix: string): Promise<RevokeResult>;
  /** The principal behind a secret (a bearer token), or null when the key is unknown, revoked or of an archived project. */
  authenticate(secret: string): Promise<Principal | null>;
  /** Whether a key was ever created. A revoked one counts: a server that once had keys does not fall open again. */
  anyKeyExists(): Promise<boolean>;
  /** Writes the `lastUsedAt` that wait. Call before the repositories are closed. */
  flush(): Promise<void>;
}

export interface ApiKeysOptions {
  clock: Clock;
  ids: IdSource;
  /** Told when `lastUsedAt` could not be written; it is tried again. */
  onError?: ((error: unknown) => void) | undefined;
}

function toApiKey(record: ApiKeyRecord): ApiKey {
  const { id, projectId, name, redactedValue, createdAt, lastUsedAt, revokedAt } = record;
  return { id, projectId, name, redactedValue, createdAt, lastUsedAt, revokedAt };
}

/** Looks keys up by hash, each at most once per KEY_CACHE_MS. A key that is not accepted is remembered as null. */
function createPrincipalCache(system: SystemRepositories, clock: Clock) {
  async function load(keyHash: string): Promise<Principal | null> {
    const key = await system.apiKeys.findByHash(keyHash);
    // The index found it by comparing bytes in order; this one does not tell by its time how many were right.
    if (key === undefined || !timingSafeEqual(Buffer.from(key.keyHash), Buffer.from(keyHash))) return null;
    if (key.revokedAt !== null) return null;
    const project = await system.projects.retrieve(key.projectId);
    if (project === undefined || project.archivedAt !== null) return null;
    return toPrincipal({ organizationId: project.organizationId, projectId: project.id, apiKeyId: key.id });
  }
  return createTtlCache<Principal | null>({ clock, ttlMs: KEY_CACHE_MS, maxEntries: CACHED_KEYS, load });
}

/** Collects the time of each key's last use; one write for many requests. */
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
  if (name !== '' && name.length <= MAX_NAME) return name;
  throw errors.invalidValue('name', `The name of a key has 1 to ${MAX_NAME} characters.`);
}

async function projectForKey(system: SystemRepositories, wanted: string | undefined): Promise<string> {
  const id = wanted ?? (await system.installation.retrieve()).projectId;
  const project = await system.projects.retrieve(id);
  if (project === undefined) throw errors.invalidValue('project_id', `There is no project '${id}'.`);
  if (project.archivedAt === null) return id;
  throw errors.invalidValue('project_id', `The project '${id}' is archived: its keys are refused.`);
}

async function revoke({ apiKeys }: SystemRepositories, idOrPrefix: string, atMs: number): Promise<RevokeResult> {
  const matches = idOrPrefix === '' ? [] : await apiKeys.listByIdPrefix(idOrPrefix, SHOWN_MATCHES);
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
      if (!secret.startsWith(SECRET_PREFIX) || secret.length > MAX_SECRET) return null;
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
