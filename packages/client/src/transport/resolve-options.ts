/** Fills the defaults of the connection options, after checks of each field and of combinations. */
import { checkFields } from './check-options.ts';
import type {
  CacheOptions,
  CircuitBreakerOptions,
  CompressionMode,
  ConnectionOptions,
  CookieOptions,
  ForwardedMode,
  Http1Settings,
  Http2Settings,
  HttpVersion,
  PersistentCookieHandler,
  PoolOptions,
  ProxyOptions,
  RedirectOptions,
  ResponseLimits,
  RetryOptions,
  RollingWindowOptions,
  SecureSocketOptions,
  SocketOptions,
} from './connection-options.ts';
import { OPTION_FIELDS } from './option-fields.ts';
import { OptionError } from './transport-errors.ts';

/** Every field with a value. */
type Filled<T> = { [K in keyof T]-?: Exclude<T[K], undefined> };

export interface ResolvedOptions {
  httpVersion: HttpVersion;
  http1Settings: Filled<Omit<Http1Settings, 'proxy'>>;
  http2Settings: Filled<Http2Settings>;
  timeout: number;
  forwarded: ForwardedMode;
  followRedirects: Filled<RedirectOptions>;
  poolConfig: Filled<PoolOptions>;
  cache: Filled<CacheOptions>;
  compression: CompressionMode;
  circuitBreaker: ResolvedCircuitBreaker | undefined;
  retryConfig: Filled<RetryOptions>;
  cookieConfig: Filled<Omit<CookieOptions, 'persistentCookieHandler'>> & {
    persistentCookieHandler: PersistentCookieHandler | undefined;
  };
  responseLimits: Filled<ResponseLimits>;
  secureSocket: SecureSocketOptions;
  proxy: ProxyOptions | undefined;
  socketConfig: Filled<Pick<SocketOptions, 'connectTimeOut' | 'tcpNoDelay' | 'keepAlive'>>;
}

export interface ResolvedCircuitBreaker extends Filled<Omit<CircuitBreakerOptions, 'rollingWindow'>> {
  rollingWindow: Filled<RollingWindowOptions>;
}

/** Options of a client that its core handles. */
const CORE_OPTIONS = [
  'auth',
  'organization',
  'project',
  'headers',
  'validation',
  'laxDataBinding',
  'transport',
] as const;

/** @throws OptionError for an unknown option, a wrong value, or a combination without a meaning. */
export function checkOptions(options: ConnectionOptions): void {
  checkFields(withoutCoreOptions(options), OPTION_FIELDS);
  checkProxies(options);
  checkVersion(options);
  checkWindow(options.circuitBreaker?.rollingWindow);
}

/** The configuration of a client without the options that its core handles. */
export function withoutCoreOptions(options: ConnectionOptions): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !CORE_OPTIONS.some((each) => each === name)));
}

function checkProxies({ http1Settings, proxy, httpVersion }: ConnectionOptions): void {
  if (http1Settings?.proxy === undefined) return;
  if (proxy !== undefined) throw new OptionError('http1Settings.proxy', 'must not be combined with proxy');
  if (httpVersion === undefined || httpVersion === 'HTTP_2_0') {
    throw new OptionError('http1Settings.proxy', "has no effect with httpVersion 'HTTP_2_0': use proxy");
  }
}

function checkVersion({ httpVersion, http1Settings, http2Settings }: ConnectionOptions): void {
  if (httpVersion === 'HTTP_1_0' && http1Settings?.chunking === 'ALWAYS') {
    throw new OptionError('http1Settings.chunking', "must not be 'ALWAYS': HTTP/1.0 has no chunks");
  }
  if (http2Settings?.http2PriorKnowledge === true && httpVersion !== undefined && httpVersion !== 'HTTP_2_0') {
    throw new OptionError('http2Settings.http2PriorKnowledge', "demands httpVersion 'HTTP_2_0'");
  }
}

function checkWindow({ timeWindow = 60, bucketSize = 10 }: RollingWindowOptions = {}): void {
  if (bucketSize > timeWindow) {
    throw new OptionError('circuitBreaker.rollingWindow.bucketSize', `must be at most timeWindow (${timeWindow})`);
  }
}

/** @throws OptionError */
export function resolveOptions(options: ConnectionOptions): ResolvedOptions {
  checkOptions(options);
  return {
    httpVersion: options.httpVersion ?? 'HTTP_2_0',
    http1Settings: fill(DEFAULT_HTTP1, options.http1Settings),
    http2Settings: fill(DEFAULT_HTTP2, options.http2Settings),
    timeout: options.timeout ?? 30,
    forwarded: options.forwarded ?? 'disable',
    followRedirects: fill(DEFAULT_REDIRECTS, options.followRedirects),
    poolConfig: fill(DEFAULT_POOL, options.poolConfig),
    cache: fill(DEFAULT_CACHE, options.cache),
    compression: options.compression ?? 'AUTO',
    circuitBreaker: resolveCircuitBreaker(options.circuitBreaker),
    retryConfig: fill(DEFAULT_RETRY, options.retryConfig),
    cookieConfig: fill(DEFAULT_COOKIES, options.cookieConfig),
    responseLimits: fill(DEFAULT_LIMITS, options.responseLimits),
    secureSocket: options.secureSocket ?? {},
    proxy: options.proxy ?? options.http1Settings?.proxy,
    socketConfig: fill(DEFAULT_SOCKET, options.socketConfig),
  };
}

const DEFAULT_HTTP1: ResolvedOptions['http1Settings'] = { keepAlive: 'AUTO', chunking: 'AUTO' };

const DEFAULT_HTTP2: ResolvedOptions['http2Settings'] = { http2PriorKnowledge: false, http2InitialWindowSize: 65_535 };

const DEFAULT_REDIRECTS: ResolvedOptions['followRedirects'] = { enabled: false, maxCount: 5, allowAuthHeaders: false };

const DEFAULT_SOCKET: ResolvedOptions['socketConfig'] = { connectTimeOut: 15, tcpNoDelay: true, keepAlive: false };

const DEFAULT_POOL: ResolvedOptions['poolConfig'] = {
  maxActiveConnections: -1,
  maxIdleConnections: 100,
  waitTime: 30,
  maxActiveStreamsPerConnection: 100,
  minEvictableIdleTime: 300,
  timeBetweenEvictionRuns: 30,
  minIdleTimeInStaleState: 300,
  timeBetweenStaleEviction: 30,
};

const DEFAULT_CACHE: ResolvedOptions['cache'] = {
  enabled: true,
  isShared: false,
  capacity: 16,
  evictionFactor: 0.2,
  policy: 'CACHE_CONTROL_AND_VALIDATORS',
};

const DEFAULT_RETRY: ResolvedOptions['retryConfig'] = {
  count: 0,
  interval: 0,
  backOffFactor: 0,
  maxWaitInterval: 0,
  statusCodes: [],
};

const DEFAULT_COOKIES: ResolvedOptions['cookieConfig'] = {
  enabled: false,
  maxCookiesPerDomain: 50,
  maxTotalCookieCount: 3000,
  blockThirdPartyCookies: true,
  persistentCookieHandler: undefined,
};

const DEFAULT_LIMITS: ResolvedOptions['responseLimits'] = {
  maxStatusLineLength: 4096,
  maxHeaderSize: 8192,
  maxEntityBodySize: -1,
};

function resolveCircuitBreaker(options: CircuitBreakerOptions | undefined): ResolvedCircuitBreaker | undefined {
  if (options === undefined) return undefined;
  const { rollingWindow, ...rest } = options;
  const window = { requestVolumeThreshold: 10, timeWindow: 60, bucketSize: 10 };
  return {
    ...fill({ failureThreshold: 0, resetTime: 0, statusCodes: [] as readonly number[] }, rest),
    rollingWindow: fill(window, rollingWindow),
  };
}

/** Replaces defaults by the values that are given. */
function fill<T extends object>(defaults: T, given: { [K in keyof T]?: T[K] | undefined } | undefined): T {
  const entries = Object.entries(given ?? {}).filter(([name, value]) => name in defaults && value !== undefined);
  return { ...defaults, ...(Object.fromEntries(entries) as Partial<T>) };
}
