/** One request to a search engine, and its answer as checked JSON. */
import { createOutbound } from '../../../outbound/outbound.ts';
import { SearchEngineError, type WebResult } from './search-engine.ts';

const TIMEOUT_MS = 15_000;
const MAX_BYTES = 4 * 1024 ** 2;

export interface Exchange {
  get(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown>;
  post(path: string, body: object, signal: AbortSignal): Promise<unknown>;
}

/** @param baseUrl configured by the operator, so that its host may have a private address. */
export function createExchange(name: string, baseUrl: string, headers: Readonly<Record<string, string>>): Exchange {
  const base = baseUrl.replace(/\/+$/, '');
  const outbound = createOutbound({ privateHosts: [new URL(base).hostname] });
  const fetch = outbound.limited({ timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES });
  const send = async (url: string, init: RequestInit, more: Readonly<Record<string, string>> = {}) => {
    try {
      const response = await fetch(url, {
        ...init,
        headers: { accept: 'application/json', ...headers, ...more },
      });
      if (response.ok) return (await response.json()) as unknown;
      await response.body?.cancel();
      throw new SearchEngineError(`${name} answered with the status ${response.status}.`);
    } catch (error) {
      init.signal?.throwIfAborted();
      if (error instanceof SearchEngineError) throw error;
      throw new SearchEngineError(`${name} did not answer: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return {
    get: (path, query, signal) => send(`${base}${path}?${new URLSearchParams(query).toString()}`, { signal }),
    post: (path, body, signal) =>
      send(
        `${base}${path}`,
        { method: 'POST', body: JSON.stringify(body), signal },
        { 'content-type': 'application/json' },
      ),
  };
}

interface Names {
  list: readonly string[];
  snippet: string;
}

/** The results in an answer: those of a list, at a path of properties, that have a title and an http URL. */
export function readResults(answer: unknown, { list, snippet }: Names, engine: string): WebResult[] {
  let found: unknown = answer;
  for (const name of list) found = (found as Record<string, unknown> | null | undefined)?.[name];
  // Engines leave the list out when nothing was found.
  if (found === undefined && typeof answer === 'object' && answer !== null) return [];
  if (!Array.isArray(found)) throw new SearchEngineError(`${engine} answered in another form than expected.`);
  return (found as readonly Record<string, unknown>[]).flatMap((each) => {
    const { title, url, [snippet]: text } = each;
    if (typeof url !== 'string' || !/^https?:\/\//i.test(url)) return [];
    return [{ url, title: toPlain(title) || url, snippet: toPlain(text) }];
  });
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#x27': "'",
  nbsp: ' ',
};

/** Some engines mark the words of the query with tags. */
function toPlain(text: unknown): string {
  if (typeof text !== 'string') return '';
  const plain = text.replaceAll(/<\/?[a-z][^>]*>/gi, '');
  return plain.replaceAll(/&(#?\w+);/g, (entity, name: string) => ENTITIES[name.toLowerCase()] ?? entity).trim();
}
