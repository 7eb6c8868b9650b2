/**
 * `fetch` for hosts that a client of the API named.
 * Invariants: a connection is opened only to a checked address; headers of the caller never reach another origin.
 * Proxies of the environment are not used: behind one, addresses cannot be checked.
 */
import { Agent, fetch as send } from 'undici';
import { checkUrl, createLookup, type HostRules, type Resolve, resolveName } from './check-url.ts';
import { limitBody } from './limit-body.ts';
import { findOutboundError, OutboundError } from './outbound-error.ts';

const DEFAULT_MAX_BYTES = 8 * 1024 ** 2;
const DEFAULT_TIMEOUT_MS = 60_000;
const MAX_REDIRECTS = 5;
const CONNECT_TIMEOUT_MS = 10_000;

export interface OutboundOptions extends HostRules {
  /** Default: the resolver of the system. */
  resolve?: Resolve;
}

export interface OutboundLimits {
  /** Maximum bytes of one body, after decompression. */
  maxBytes?: number;
  /** From the request to the end of the body, redirects included. */
  timeoutMs?: number;
}

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

export interface Outbound {
  /**
   * Follows redirects unless `redirect` is 'manual'.
   * @throws OutboundError if the URL or an address is refused or a limit is reached, and the errors of the network.
   */
  fetch: Fetch;
  /** The same connections with other limits. */
  limited(limits: OutboundLimits): Fetch;
  /** @throws OutboundError as `fetch` does before it opens a connection. */
  check(url: URL): void;
  close(): Promise<void>;
}

export function createOutbound({ resolve = resolveName, privateHosts }: OutboundOptions): Outbound {
  const rules = { privateHosts };
  const agent = new Agent({ connect: { lookup: createLookup(rules, resolve), timeout: CONNECT_TIMEOUT_MS } });
  const limited =
    (limits: OutboundLimits): Fetch =>
    (url, init) =>
      exchange({ agent, rules, limits }, new URL(url), init ?? {});
  return { fetch: limited({}), limited, check: (url) => checkUrl(url, rules), close: () => agent.destroy() };
}

interface Exchange {
  agent: Agent;
  rules: HostRules;
  limits: OutboundLimits;
}

async function exchange({ agent, rules, limits }: Exchange, start: URL, init: RequestInit): Promise<Response> {
  const { maxBytes = DEFAULT_MAX_BYTES, timeoutMs = DEFAULT_TIMEOUT_MS } = limits;
  const late = AbortSignal.timeout(timeoutMs);
  const signal = init.signal == null ? late : AbortSignal.any([init.signal, late]);
  let hop: Hop = { url: start, init };
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    checkUrl(hop.url, rules);
    const response = await sendOnce(agent, hop, signal).catch((error: unknown) => {
      if (late.aborted) throw new OutboundError('timeout', `There was no whole response within ${timeoutMs} ms.`);
      throw findOutboundError(error) ?? error;
    });
    const location = response.headers.get('location');
    const isRedirect = response.status >= 300 && response.status < 400 && location !== null;
    if (!isRedirect || init.redirect === 'manual') return toResponse(response, maxBytes);
    await response.body?.cancel();
    if (init.redirect === 'error') throw new OutboundError('refused', 'The host redirects.');
    hop = toNextHop(hop, new URL(location, hop.url), response.status);
  }
  throw new OutboundError('too_many_redirects', `The host redirects more than ${MAX_REDIRECTS} times.`);
}

interface Hop {
  url: URL;
  init: RequestInit;
}

type Sent = Awaited<ReturnType<typeof send>>;

function sendOnce(dispatcher: Agent, { url, init }: Hop, signal: AbortSignal): Promise<Sent> {
  // The types of undici and of Node describe the same objects.
  return send(url, { ...(init as object), signal, redirect: 'manual', dispatcher });
}

/** 307 and 308 repeat the request; other redirects are followed with GET. */
function toNextHop({ url, init }: Hop, next: URL, status: number): Hop {
  const repeats = status === 307 || status === 308 || init.method === 'HEAD';
  const { body, method, headers, ...rest } = init;
  const sameOrigin = next.origin === url.origin;
  if (repeats && body != null && !sameOrigin) {
    throw new OutboundError('refused', `The host redirects the request to another origin, '${next.origin}'.`);
  }
  const kept = sameOrigin && headers !== undefined ? { headers } : {};
  const repeated = { ...(method === undefined ? {} : { method }), ...(body == null ? {} : { body }) };
  return { url: next, init: { ...rest, ...kept, ...(repeats ? repeated : {}) } };
}

function toResponse({ body, status, statusText, headers }: Sent, maxBytes: number): Response {
  const limited = body === null ? null : limitBody(body as ReadableStream<Uint8Array>, maxBytes);
  return new Response(limited, { status, statusText, headers: [...headers] });
}
