/** The check of each connection option. */
import {
  type Check,
  type Fields,
  isBoolean,
  isInteger,
  isListOf,
  isNumber,
  isOneOf,
  isRecord,
  isSeconds,
  isSecret,
  isStatus,
  isText,
} from './check-options.ts';
import { OptionError } from './transport-errors.ts';

/** Size of the socket buffers that the connectors of this API state; a runtime without a setting keeps its own. */
const DEFAULT_SOCKET_BUFFER_BYTES = 1_048_576;

const isSwitch = isOneOf('AUTO', 'ALWAYS', 'NEVER');

const isProxy = isRecord(
  {
    host: isText,
    port: isInteger({ min: 1, max: 65_535 }),
    userName: isText,
    password: isSecret,
    protocol: isOneOf('HTTP', 'SOCKS4', 'SOCKS5'),
  },
  ['host', 'port'],
);

/** A field that Node.js cannot set: only its default is accepted. */
function isOnly(value: unknown, reason: string): Check {
  return (given, path) => {
    if (given !== value) throw new OptionError(path, `must be ${String(value)}: ${reason}`);
  };
}

const isHandler: Check = (value, path) => {
  const handler = value as Partial<Record<string, unknown>> | null;
  for (const name of ['storeCookie', 'getAllCookies', 'removeCookie']) {
    if (typeof handler?.[name] !== 'function') throw new OptionError(path, `must have the method ${name}`);
  }
};

const isKey: Check = (value, path) => {
  const isStore = typeof value === 'object' && value !== null && 'path' in value;
  const check = isStore
    ? isRecord({ path: isText, password: isSecret }, ['path', 'password'])
    : isRecord({ certFile: isText, keyFile: isText, keyPassword: isSecret }, ['certFile', 'keyFile']);
  check(value, path);
};

const poolFields: Fields = {
  maxActiveConnections: isInteger({ min: 1, or: -1 }),
  maxIdleConnections: isInteger(),
  waitTime: isSeconds(),
  maxActiveStreamsPerConnection: isInteger({ min: 1 }),
  minEvictableIdleTime: isSeconds(),
  timeBetweenEvictionRuns: isSeconds({ min: 0.001 }),
  minIdleTimeInStaleState: isSeconds({ or: -1 }),
  timeBetweenStaleEviction: isSeconds({ min: 0.001 }),
};

const secureSocketFields: Fields = {
  enable: isBoolean,
  cert: isText,
  key: isKey,
  protocol: isRecord({ name: isOneOf('TLS', 'SSL', 'DTLS'), versions: isListOf(isText) }, ['name']),
  certValidation: isRecord({
    type: isOneOf('OCSP_STAPLING', 'OCSP_CRL'),
    cacheSize: isInteger({ min: 1 }),
    cacheValidityPeriod: isSeconds(),
  }),
  ciphers: isListOf(isText),
  verifyHostName: isBoolean,
  shareSession: isBoolean,
  handshakeTimeout: isSeconds({ min: 0.001 }),
  sessionTimeout: isSeconds({ min: 0.001 }),
  serverName: isText,
};

export const OPTION_FIELDS: Fields = {
  httpVersion: isOneOf('HTTP_2_0', 'HTTP_1_1', 'HTTP_1_0'),
  http1Settings: isRecord({ keepAlive: isSwitch, chunking: isSwitch, proxy: isProxy }),
  http2Settings: isRecord({
    http2PriorKnowledge: isBoolean,
    http2InitialWindowSize: isInteger({ min: 1, max: 2 ** 31 - 1 }),
  }),
  timeout: isSeconds(),
  forwarded: isOneOf('disable', 'enable', 'transition'),
  followRedirects: isRecord({ enabled: isBoolean, maxCount: isInteger(), allowAuthHeaders: isBoolean }),
  poolConfig: isRecord(poolFields),
  cache: isRecord({
    enabled: isBoolean,
    isShared: isBoolean,
    capacity: isInteger({ min: 1 }),
    evictionFactor: isNumber({ min: 0.001, max: 1 }),
    policy: isOneOf('CACHE_CONTROL_AND_VALIDATORS', 'RFC_7234'),
  }),
  compression: isSwitch,
  circuitBreaker: isRecord({
    rollingWindow: isRecord({
      requestVolumeThreshold: isInteger(),
      timeWindow: isSeconds({ min: 0.001 }),
      bucketSize: isSeconds({ min: 0.001 }),
    }),
    failureThreshold: isNumber({ max: 1 }),
    resetTime: isSeconds(),
    statusCodes: isListOf(isStatus),
  }),
  retryConfig: isRecord({
    count: isInteger(),
    interval: isSeconds(),
    backOffFactor: isNumber(),
    maxWaitInterval: isSeconds(),
    statusCodes: isListOf(isStatus),
  }),
  cookieConfig: isRecord({
    enabled: isBoolean,
    maxCookiesPerDomain: isInteger(),
    maxTotalCookieCount: isInteger(),
    blockThirdPartyCookies: isBoolean,
    persistentCookieHandler: isHandler,
  }),
  responseLimits: isRecord({
    maxStatusLineLength: isInteger({ min: 1 }),
    maxHeaderSize: isInteger({ min: 1 }),
    maxEntityBodySize: isInteger({ or: -1 }),
  }),
  secureSocket: isRecord(secureSocketFields),
  proxy: isProxy,
  socketConfig: isRecord({
    connectTimeOut: isSeconds(),
    receiveBufferSize: isOnly(DEFAULT_SOCKET_BUFFER_BYTES, 'Node.js cannot set SO_RCVBUF of a TCP socket'),
    sendBufferSize: isOnly(DEFAULT_SOCKET_BUFFER_BYTES, 'Node.js cannot set SO_SNDBUF of a TCP socket'),
    tcpNoDelay: isBoolean,
    socketReuse: isOnly(false, 'Node.js cannot set SO_REUSEADDR of an outgoing connection'),
    keepAlive: isBoolean,
  }),
};
