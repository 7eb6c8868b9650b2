import { describe, expect, it } from 'vitest';
import type { ConnectionOptions } from './connection-options.ts';
import { resolveOptions } from './resolve-options.ts';
import { OptionError } from './transport-errors.ts';

function refusal(options: object): OptionError {
  try {
    resolveOptions(options as ConnectionOptions);
  } catch (error) {
    if (error instanceof OptionError) return error;
    throw error;
  }
  throw new Error('the options were accepted');
}

describe('resolveOptions', () => {
  it('fills the default of each field', () => {
    expect(resolveOptions({ circuitBreaker: {} })).toEqual({
      httpVersion: 'HTTP_2_0',
      http1Settings: { keepAlive: 'AUTO', chunking: 'AUTO' },
      http2Settings: { http2PriorKnowledge: false, http2InitialWindowSize: 65_535 },
      timeout: 30,
      forwarded: 'disable',
      followRedirects: { enabled: false, maxCount: 5, allowAuthHeaders: false },
      poolConfig: {
        maxActiveConnections: -1,
        maxIdleConnections: 100,
        waitTime: 30,
        maxActiveStreamsPerConnection: 100,
        minEvictableIdleTime: 300,
        timeBetweenEvictionRuns: 30,
        minIdleTimeInStaleState: 300,
        timeBetweenStaleEviction: 30,
      },
      cache: {
        enabled: true,
        isShared: false,
        capacity: 16,
        evictionFactor: 0.2,
        policy: 'CACHE_CONTROL_AND_VALIDATORS',
      },
      compression: 'AUTO',
      circuitBreaker: {
        rollingWindow: { requestVolumeThreshold: 10, timeWindow: 60, bucketSize: 10 },
        failureThreshold: 0,
        resetTime: 0,
        statusCodes: [],
      },
      retryConfig: { count: 0, interval: 0, backOffFactor: 0, maxWaitInterval: 0, statusCodes: [] },
      cookieConfig: {
        enabled: false,
        maxCookiesPerDomain: 50,
        maxTotalCookieCount: 3000,
        blockThirdPartyCookies: true,
        persistentCookieHandler: undefined,
      },
      responseLimits: { maxStatusLineLength: 4096, maxHeaderSize: 8192, maxEntityBodySize: -1 },
      secureSocket: {},
      proxy: undefined,
      socketConfig: { connectTimeOut: 15, tcpNoDelay: true, keepAlive: false },
    });
  });

  it('has no circuit breaker without circuitBreaker', () => {
    expect(resolveOptions({}).circuitBreaker).toBeUndefined();
  });

  it.each([
    [{ retryconfig: {} }, 'retryconfig', 'is unknown'],
    [{ poolConfig: { maxActive: 1 } }, 'poolConfig.maxActive', 'is unknown'],
    [{ timeout: -1 }, 'timeout', 'must be a number from 0 to 2073600, but is -1'],
    [{ timeout: '30' }, 'timeout', "but is '30'"],
    [{ httpVersion: '2.0' }, 'httpVersion', "must be 'HTTP_2_0' or 'HTTP_1_1' or 'HTTP_1_0', but is '2.0'"],
    [{ poolConfig: { maxActiveConnections: 0 } }, 'poolConfig.maxActiveConnections', 'of at least 1, or -1, but is 0'],
    [{ cache: { evictionFactor: 2 } }, 'cache.evictionFactor', 'must be a number from 0.001 to 1, but is 2'],
    [{ retryConfig: { statusCodes: [503, 42] } }, 'retryConfig.statusCodes[1]', 'from 100 to 599, but is 42'],
    [{ circuitBreaker: { failureThreshold: 1.5 } }, 'circuitBreaker.failureThreshold', 'from 0 to 1'],
    [
      { circuitBreaker: { rollingWindow: { timeWindow: 5, bucketSize: 10 } } },
      'circuitBreaker.rollingWindow.bucketSize',
      'must be at most timeWindow (5)',
    ],
    [{ proxy: { host: 'proxy.test' } }, 'proxy.port', 'is missing'],
    [{ secureSocket: true }, 'secureSocket', 'must be an object, but is true'],
    [{ cookieConfig: { persistentCookieHandler: {} } }, 'cookieConfig.persistentCookieHandler', 'method storeCookie'],
    [
      { httpVersion: 'HTTP_1_0', http1Settings: { chunking: 'ALWAYS' } },
      'http1Settings.chunking',
      'HTTP/1.0 has no chunks',
    ],
    [
      { httpVersion: 'HTTP_1_1', http2Settings: { http2PriorKnowledge: true } },
      'http2Settings.http2PriorKnowledge',
      "demands httpVersion 'HTTP_2_0'",
    ],
  ])('refuses %j by name', (options, option, problem) => {
    const error = refusal(options);
    expect(error.option).toBe(option);
    expect(error.message).toContain(problem);
  });

  it('does not repeat a password in an error', () => {
    const error = refusal({ proxy: { host: 'a', port: 1, password: 12_345 } });
    expect(error.message).not.toContain('12345');
  });
});
