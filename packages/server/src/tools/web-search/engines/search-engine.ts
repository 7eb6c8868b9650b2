/** Door: a service that searches the web. `search-engine.conformance.ts` is its suite. */

export interface WebQuery {
  text: string;
  /** Maximum number of results. */
  count: number;
  /** Results come from these domains and their subdomains only. Empty: from any. */
  domains: readonly string[];
  /** Two-letter code of the country of the user. */
  country?: string | undefined;
}

export interface WebResult {
  title: string;
  /** http or https. */
  url: string;
  /** A part of the page, as text without markup. May be empty. */
  snippet: string;
}

export interface SearchEngine {
  /** For messages to the operator. */
  readonly name: string;
  /**
   * Returns results, the best first.
   * @throws SearchEngineError, or the reason of the signal.
   */
  search(query: WebQuery, signal: AbortSignal): Promise<WebResult[]>;
}

/** The search engine did not answer, or not in its form. The message names no key. */
export class SearchEngineError extends Error {
  override readonly name = 'SearchEngineError';
}

/** The query for an engine that has no parameter for domains. */
export function withDomains({ text, domains }: WebQuery): string {
  if (domains.length === 0) return text;
  return `${text} (${domains.map((domain) => `site:${domain}`).join(' OR ')})`;
}
