/**
 * `cache`: undici's cache interceptor (RFC 9111) over a store that keeps to `capacity`, `evictionFactor` and `policy`.
 * Entries are kept apart by the credentials of the request. `Set-Cookie` is not stored.
 */
import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { cacheStores, type Dispatcher, interceptors } from 'undici';
import type { ResolvedOptions } from './resolve-options.ts';

type Options = ResolvedOptions['cache'];
type MemoryStore = InstanceType<typeof cacheStores.MemoryCacheStore>;
type Key = Parameters<MemoryStore['get']>[0];
type Value = Parameters<MemoryStore['createWriteStream']>[1];
type Result = Exclude<ReturnType<MemoryStore['get']>, Promise<unknown>>;

export function createCacheInterceptor(options: Options): Dispatcher.DispatcherComposeInterceptor {
  if (!options.enabled) return (dispatch) => dispatch;
  const cache = interceptors.cache({
    store: new EvictingStore(options),
    methods: ['GET'],
    type: options.isShared ? 'shared' : 'private',
  });
  if (options.isShared) return cache;
  return (dispatch) => {
    const cached = cache((request, handler) => dispatch(restoreCredentials(request), handler));
    return (request, handler) => cached(hideCredentials(request), handler);
  };
}

/** Request headers that select the response of a URL even if the response has no `Vary`. */
const IDENTITY_HEADERS: readonly string[] = ['authorization', 'openai-organization', 'openai-project', 'openai-beta'];
/** Replaces `Authorization` within the cache. */
const IDENTITY = 'x-selfsame-identity';

type Headers = Record<string, string | string[] | undefined>;
type Request = Dispatcher.DispatchOptions & { authorization?: string | string[] | undefined };

/** undici stores no response to a request with `Authorization`, although that rule is only for shared caches. */
function hideCredentials(request: Dispatcher.DispatchOptions): Request {
  const { authorization, ...headers } = request.headers as Headers;
  const hash = createHash('sha256');
  for (const name of IDENTITY_HEADERS) hash.update(`${String((request.headers as Headers)[name] ?? '')}\n`);
  return { ...request, headers: { ...headers, [IDENTITY]: hash.digest('base64') }, authorization };
}

function restoreCredentials({ authorization, ...request }: Request): Dispatcher.DispatchOptions {
  const { [IDENTITY]: _, ...headers } = request.headers as Headers;
  return { ...request, headers: authorization === undefined ? headers : { ...headers, authorization } };
}

/** Evicts the share `evictionFactor` of its capacity, least recently used first. */
class EvictingStore {
  readonly #memory = new cacheStores.MemoryCacheStore();
  readonly #options: Options;
  /** Keys in the order of their last use. */
  readonly #uses = new Map<string, Key>();

  constructor(options: Options) {
    this.#options = options;
  }

  get(key: Key): Result {
    const own = toOwnKey(key);
    const result = this.#memory.get(own) as Result;
    if (result !== undefined) this.#use(own);
    return result;
  }

  createWriteStream(key: Key, value: Value): Writable | undefined {
    if (!this.#isCacheable(value)) return undefined;
    const own = toOwnKey(key);
    const { 'set-cookie': _, ...headers } = value.headers;
    const stream = this.#memory.createWriteStream(own, { ...value, headers });
    stream?.once('finish', () => {
      this.#use(own);
      this.#evict();
    });
    return stream;
  }

  delete(key: Key): void {
    const own = toOwnKey(key);
    this.#uses.delete(toName(own));
    // Synchronous, although its type allows a promise.
    void this.#memory.delete(own);
  }

  #isCacheable({ headers }: Value): boolean {
    if (this.#options.policy === 'RFC_7234') return true;
    const hasValidator = headers['etag'] !== undefined || headers['last-modified'] !== undefined;
    return headers['cache-control'] !== undefined && hasValidator;
  }

  #use(key: Key): void {
    this.#uses.delete(toName(key));
    this.#uses.set(toName(key), key);
  }

  #evict(): void {
    const { capacity, evictionFactor } = this.#options;
    if (this.#uses.size <= capacity) return;
    const count = Math.max(1, Math.floor(capacity * evictionFactor));
    for (const [name, key] of [...this.#uses].slice(0, count)) {
      this.#uses.delete(name);
      void this.#memory.delete(key);
    }
  }
}

/** undici's store identifies resources by origin and path. */
function toName({ origin, path }: Key): string {
  return `${origin}${path}`;
}

function toOwnKey(key: Key): Key {
  return { ...key, path: `${key.path}#${String(key.headers?.[IDENTITY] ?? '')}` };
}
