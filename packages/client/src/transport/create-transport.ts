/** The transport of Node.js: undici, with a layer for each option that undici does not have. */
import type { OpenTransport, Transport } from '../core/transport.ts';
import { createCacheInterceptor } from './cache.ts';
import { breakCircuit } from './circuit-breaker.ts';
import { type Clock, systemClock } from './clock.ts';
import { handleCompression } from './compression.ts';
import type { ConnectionOptions } from './connection-options.ts';
import { ConnectionPools } from './connection-pools.ts';
import { createConnector } from './connector.ts';
import { handleCookies } from './cookies.ts';
import { handleForwarded } from './forwarded.ts';
import { createPoolWaitInterceptor } from './pool-wait.ts';
import { followRedirects } from './redirect.ts';
import { createChunkingInterceptor } from './request-body.ts';
import { type ResolvedOptions, resolveOptions } from './resolve-options.ts';
import { createRetryInterceptor } from './retry.ts';
import { createUndiciTransport } from './undici-transport.ts';

/** @throws OptionError for an option that is wrong or that Node.js cannot honour. */
export function createTransport(options: ConnectionOptions, clock: Clock = systemClock): OpenTransport {
  const resolved = resolveOptions(options);
  const pools = new ConnectionPools(resolved, createConnector(resolved, clock), clock);
  const send = createLayers(createSender(pools, resolved, clock), resolved, clock);
  return { send, close: () => pools.close() };
}

/** From the network outwards: wait for the pool, chunks, cache, retries. */
function createSender(pools: ConnectionPools, options: ResolvedOptions, clock: Clock): Transport {
  const { maxActiveConnections, waitTime } = options.poolConfig;
  const dispatcher = pools.agent.compose([
    ...(maxActiveConnections === -1 ? [] : [createPoolWaitInterceptor({ pools, clock, waitTime })]),
    createChunkingInterceptor(options),
    createCacheInterceptor(options.cache),
    createRetryInterceptor(options.retryConfig, clock),
  ]);
  return createUndiciTransport(dispatcher, options);
}

/** From the sender outwards: cookies of each hop, redirects, the circuit around the whole call. */
function createLayers(sender: Transport, options: ResolvedOptions, clock: Clock): Transport {
  const { circuitBreaker, responseLimits } = options;
  const redirected = followRedirects(handleCookies(sender, options.cookieConfig), options.followRedirects);
  const guarded = circuitBreaker === undefined ? redirected : breakCircuit(redirected, circuitBreaker, clock);
  const decoded = handleCompression(guarded, options.compression, responseLimits.maxEntityBodySize);
  return handleForwarded(decoded, options.forwarded);
}
