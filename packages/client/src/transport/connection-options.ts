/**
 * The connection options of a client that its transport honours. Times are seconds and may have decimals, sizes are
 * bytes. `docs/client-options.md` describes each field, its default, and the runtimes that honour it.
 */

export interface ConnectionOptions {
  /** Default: `HTTP_2_0`, negotiated by ALPN. */
  httpVersion?: HttpVersion | undefined;
  http1Settings?: Http1Settings | undefined;
  http2Settings?: Http2Settings | undefined;
  /** Longest silence of the server, in seconds. Default: 30. 0 sets no limit. */
  timeout?: number | undefined;
  /** What happens to `Forwarded` and `X-Forwarded-*` headers of a call. Default: `disable`. */
  forwarded?: ForwardedMode | undefined;
  followRedirects?: RedirectOptions | undefined;
  poolConfig?: PoolOptions | undefined;
  cache?: CacheOptions | undefined;
  /** Default: `AUTO`. */
  compression?: CompressionMode | undefined;
  circuitBreaker?: CircuitBreakerOptions | undefined;
  retryConfig?: RetryOptions | undefined;
  cookieConfig?: CookieOptions | undefined;
  responseLimits?: ResponseLimits | undefined;
  secureSocket?: SecureSocketOptions | undefined;
  proxy?: ProxyOptions | undefined;
  socketConfig?: SocketOptions | undefined;
}

export type HttpVersion = 'HTTP_2_0' | 'HTTP_1_1' | 'HTTP_1_0';
export type ForwardedMode = 'disable' | 'enable' | 'transition';
export type CompressionMode = 'AUTO' | 'ALWAYS' | 'NEVER';

export interface Http1Settings {
  /** Default: `AUTO`, which keeps connections of HTTP/1.1 and closes those of HTTP/1.0. */
  keepAlive?: 'AUTO' | 'ALWAYS' | 'NEVER' | undefined;
  /** Default: `AUTO`, which sends bodies of 8 KiB and more, and streams, in chunks. */
  chunking?: 'AUTO' | 'ALWAYS' | 'NEVER' | undefined;
  proxy?: ProxyOptions | undefined;
}

export interface Http2Settings {
  /** Speaks HTTP/2 over plain text without an upgrade. Default: false. */
  http2PriorKnowledge?: boolean | undefined;
  /** Flow-control window of a stream, in bytes. Default: 65535. */
  http2InitialWindowSize?: number | undefined;
}

export interface RedirectOptions {
  /** Default: false. */
  enabled?: boolean | undefined;
  /** Default: 5. */
  maxCount?: number | undefined;
  /** Sends `Authorization` and `Proxy-Authorization` to the target, of another origin too. Default: false. */
  allowAuthHeaders?: boolean | undefined;
}

export interface PoolOptions {
  /** Per origin; -1 sets no limit. Default: -1. */
  maxActiveConnections?: number | undefined;
  /** Per origin. Default: 100. */
  maxIdleConnections?: number | undefined;
  /** Seconds to wait for a connection of an exhausted pool. Default: 30. */
  waitTime?: number | undefined;
  /** HTTP/2 only. Default: 100. */
  maxActiveStreamsPerConnection?: number | undefined;
  /** Seconds after which an idle connection may be closed. Default: 300. */
  minEvictableIdleTime?: number | undefined;
  /** Seconds between two searches for idle connections. Default: 30. */
  timeBetweenEvictionRuns?: number | undefined;
  /** Seconds that a connection stays open after GOAWAY; -1 is until its streams end. Default: 300. */
  minIdleTimeInStaleState?: number | undefined;
  /** Seconds between two searches for connections that got GOAWAY. Default: 30. */
  timeBetweenStaleEviction?: number | undefined;
}

export interface CacheOptions {
  /** Default: true. */
  enabled?: boolean | undefined;
  /** Follows the rules for a cache that several users share. Default: false. */
  isShared?: boolean | undefined;
  /** Number of cached resources. Default: 16. */
  capacity?: number | undefined;
  /** Share of the capacity that is evicted when the cache is full. Default: 0.2. */
  evictionFactor?: number | undefined;
  /** Default: `CACHE_CONTROL_AND_VALIDATORS`. */
  policy?: 'CACHE_CONTROL_AND_VALIDATORS' | 'RFC_7234' | undefined;
}

export interface CircuitBreakerOptions {
  rollingWindow?: RollingWindowOptions | undefined;
  /** Share of failures, 0 to 1, above which the circuit opens. Default: 0. */
  failureThreshold?: number | undefined;
  /** Seconds until an open circuit lets a trial through. Default: 0. */
  resetTime?: number | undefined;
  /** Statuses that count as failures. Default: none. */
  statusCodes?: readonly number[] | undefined;
}

export interface RollingWindowOptions {
  /** Requests in the window below which the circuit stays closed. Default: 10. */
  requestVolumeThreshold?: number | undefined;
  /** Seconds. Default: 60. */
  timeWindow?: number | undefined;
  /** Seconds. Default: 10. */
  bucketSize?: number | undefined;
}

export interface RetryOptions {
  /** Attempts after the first one. Default: 0. */
  count?: number | undefined;
  /** Seconds before the first retry. Default: 0. */
  interval?: number | undefined;
  /** Multiplies the interval of each further retry. Default: 0, which keeps the interval. */
  backOffFactor?: number | undefined;
  /** Upper bound of a wait, in seconds. Default: 0, which stands for 60. */
  maxWaitInterval?: number | undefined;
  /** Statuses that are retried. Default: none. */
  statusCodes?: readonly number[] | undefined;
}

export interface CookieOptions {
  /** Default: false. */
  enabled?: boolean | undefined;
  /** Default: 50. */
  maxCookiesPerDomain?: number | undefined;
  /** Default: 3000. */
  maxTotalCookieCount?: number | undefined;
  /** Refuses cookies for a domain other than that of the response. Default: true. */
  blockThirdPartyCookies?: boolean | undefined;
  /** Keeps cookies with an expiry. Default: the memory of the client. */
  persistentCookieHandler?: PersistentCookieHandler | undefined;
}

/** A cookie with an expiry, as a handler stores it. */
export interface StoredCookie {
  name: string;
  value: string;
  domain: string;
  path: string;
  /** ISO 8601. */
  expires: string;
  secure: boolean;
  httpOnly: boolean;
  /** True if only the exact host gets the cookie, not its subdomains. */
  hostOnly: boolean;
}

/** Keeps cookies beyond the life of a client. Name, domain and path identify a cookie. */
export interface PersistentCookieHandler {
  storeCookie(cookie: StoredCookie): void | Promise<void>;
  getAllCookies(): readonly StoredCookie[] | Promise<readonly StoredCookie[]>;
  removeCookie(name: string, domain: string, path: string): void | Promise<void>;
}

export interface ResponseLimits {
  /** Characters of the status line. Default: 4096. */
  maxStatusLineLength?: number | undefined;
  /** Bytes of all headers. Default: 8192. */
  maxHeaderSize?: number | undefined;
  /** Bytes of the body, before and after decompression; -1 sets no limit. Default: -1. */
  maxEntityBodySize?: number | undefined;
}

export interface SecureSocketOptions {
  /** False accepts every certificate. Default: true. */
  enable?: boolean | undefined;
  /** File with the trusted CA certificates, PEM. Default: those of the runtime. */
  cert?: string | undefined;
  /** Certificate of the client. */
  key?: CertificateFiles | KeyStore | undefined;
  protocol?: TlsProtocol | undefined;
  certValidation?: CertificateValidation | undefined;
  /** Names of OpenSSL or IANA, in order of preference. */
  ciphers?: readonly string[] | undefined;
  /** Default: true. */
  verifyHostName?: boolean | undefined;
  /** Resumes TLS sessions. Default: true. */
  shareSession?: boolean | undefined;
  /** Seconds from the open connection to the end of the handshake. Default: `connectTimeOut` limits both. */
  handshakeTimeout?: number | undefined;
  /** Seconds after which a TLS session is not resumed any more. Default: none. */
  sessionTimeout?: number | undefined;
  /** Name for SNI and for the check of the certificate. Default: the host of the URL. */
  serverName?: string | undefined;
}

/** Paths of PEM files. */
export interface CertificateFiles {
  certFile: string;
  keyFile: string;
  keyPassword?: string | undefined;
}

/** A PKCS #12 file. */
export interface KeyStore {
  path: string;
  password: string;
}

export interface TlsProtocol {
  name: 'TLS' | 'SSL' | 'DTLS';
  /** A gapless list, for example `['TLSv1.2', 'TLSv1.3']`. */
  versions?: readonly string[] | undefined;
}

export interface CertificateValidation {
  type?: 'OCSP_STAPLING' | 'OCSP_CRL' | undefined;
  cacheSize?: number | undefined;
  /** Seconds. */
  cacheValidityPeriod?: number | undefined;
}

export interface ProxyOptions {
  host: string;
  port: number;
  userName?: string | undefined;
  password?: string | undefined;
  /** Default: `HTTP`. */
  protocol?: 'HTTP' | 'SOCKS4' | 'SOCKS5' | undefined;
}

export interface SocketOptions {
  /** Seconds until a connection must be open. Default: 15. */
  connectTimeOut?: number | undefined;
  /** Default: 1048576, the only value that is accepted. */
  receiveBufferSize?: number | undefined;
  /** Default: 1048576, the only value that is accepted. */
  sendBufferSize?: number | undefined;
  /** Default: true. */
  tcpNoDelay?: boolean | undefined;
  /** Default: false, the only value that is accepted. */
  socketReuse?: boolean | undefined;
  /** TCP keep-alive probes. Default: false. */
  keepAlive?: boolean | undefined;
}
