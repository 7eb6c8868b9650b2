/** The connection options that `fetch` of a browser can honour; the others are refused by name. */
import { type Check, checkFields, type Fields, isBoolean, isInteger, isRecord, isSeconds } from './check-options.ts';
import type { ConnectionOptions } from './connection-options.ts';
import { OPTION_FIELDS } from './option-fields.ts';
import { type ResolvedOptions, resolveOptions, withoutCoreOptions } from './resolve-options.ts';
import { OptionError } from './transport-errors.ts';

function isOnly(value: unknown, reason: string): Check {
  return (given, path) => {
    if (given !== value) throw new OptionError(path, `is refused: in a browser, ${reason}`);
  };
}

function isRefused(reason = 'fetch cannot set it'): Check {
  return (_, path) => {
    throw new OptionError(path, `is refused: in a browser, ${reason}`);
  };
}

const BROWSER_FIELDS: Fields = {
  httpVersion: isOnly('HTTP_2_0', 'fetch negotiates the version'),
  http1Settings: isRefused(),
  http2Settings: isRefused(),
  timeout: isSeconds(),
  forwarded: OPTION_FIELDS['forwarded'] as Check,
  followRedirects: isRecord({
    enabled: isBoolean,
    maxCount: isRefused('fetch follows up to 20 redirects'),
    allowAuthHeaders: isOnly(false, 'fetch drops the header for another origin'),
  }),
  poolConfig: isRefused(),
  cache: isRecord({
    enabled: isBoolean,
    isShared: isOnly(false, 'the cache is private'),
    capacity: isRefused(),
    evictionFactor: isRefused(),
    policy: isRefused(),
  }),
  compression: isOnly('AUTO', 'fetch sets Accept-Encoding'),
  circuitBreaker: OPTION_FIELDS['circuitBreaker'] as Check,
  retryConfig: isRefused('fetch sends a request once'),
  cookieConfig: isRecord({
    enabled: isBoolean,
    maxCookiesPerDomain: isRefused(),
    maxTotalCookieCount: isRefused(),
    blockThirdPartyCookies: isRefused('its settings decide'),
    persistentCookieHandler: isRefused('scripts cannot read cookies of responses'),
  }),
  responseLimits: isRecord({
    maxStatusLineLength: isRefused(),
    maxHeaderSize: isRefused(),
    maxEntityBodySize: isInteger({ or: -1 }),
  }),
  secureSocket: isRefused('TLS is its own'),
  proxy: isRefused('its settings decide'),
  socketConfig: isRefused(),
};

/** @throws OptionError */
export function resolveBrowserOptions(options: ConnectionOptions): ResolvedOptions {
  checkFields(withoutCoreOptions(options), BROWSER_FIELDS);
  return resolveOptions(options);
}

export type FetchSettings = Pick<RequestInit, 'redirect' | 'cache' | 'credentials'>;

/** Without `followRedirects` and `cookieConfig`, fetch rejects redirects and sends no cookies. */
export function toFetchSettings({ followRedirects, cache, cookieConfig }: ResolvedOptions): FetchSettings {
  return {
    redirect: followRedirects.enabled ? 'follow' : 'error',
    cache: cache.enabled ? 'default' : 'no-store',
    credentials: cookieConfig.enabled ? 'include' : 'omit',
  };
}
