/** Reads a web page: its text, under the rules for addresses of a client and of the request. */
import { ExtractionError, type ExtractText } from '../../extraction/extract.ts';
import { joinText } from '../../extraction/extracted-text.ts';
import { only } from '../../lib/async-iterables.ts';
import type { Outbound } from '../../outbound/outbound.ts';
import { OutboundError } from '../../outbound/outbound-error.ts';
import { isAllowed, type WebSearchSettings } from './definition.ts';

const TIMEOUT_MS = 20_000;
const MAX_BYTES = 8 * 1024 ** 2;
const MAX_REDIRECTS = 5;

/** The page cannot be read. The message is for the model. */
export class PageError extends Error {
  override readonly name = 'PageError';
}

export interface PageDeps {
  outbound: Outbound;
  extractText: ExtractText;
}

export interface PageRequest {
  url: string;
  settings: Pick<WebSearchSettings, 'domains'>;
  signal: AbortSignal;
}

export interface Page {
  /** After redirects. */
  url: string;
  title: string;
  text: string;
}

/** @throws PageError, or the reason of the signal. */
export async function readPage({ outbound, extractText }: PageDeps, request: PageRequest): Promise<Page> {
  const { signal } = request;
  try {
    const { url, response } = await load(outbound, request);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const contentType = response.headers.get('content-type') ?? '';
    const filename = url.pathname.split('/').at(-1) ?? '';
    const source = { filename, contentType, bytes: bytes.length, open: () => only(bytes) };
    const extracted = await extractText(source, { signal });
    return { url: url.href, title: toTitle(bytes, contentType) ?? url.hostname, text: joinText(extracted) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PageError) throw error;
    const isKnown = error instanceof OutboundError || error instanceof ExtractionError;
    throw new PageError(isKnown ? error.message : 'The server of the page did not answer.');
  }
}

async function load(outbound: Outbound, { url: text, settings, signal }: PageRequest) {
  const fetch = outbound.limited({ timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES });
  let url = toUrl(text);
  // Redirects are followed here, because each address has to be in the domains of the request.
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    if (!isAllowed(url, settings)) throw new PageError(`Pages of '${url.hostname}' may not be opened.`);
    const response = await fetch(url, { redirect: 'manual', signal });
    const location = response.headers.get('location');
    if (response.ok) return { url, response };
    await response.body?.cancel();
    if (location === null) throw new PageError(`The page answers with the status ${response.status}.`);
    url = toUrl(location, url);
  }
  throw new PageError('The page redirects too often.');
}

function toUrl(text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base?.href) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  throw new PageError(`'${text.slice(0, 200)}' is no address of a web page.`);
}

const TITLE = /<title[^>]*>([^<]{1,300})<\/title>/i;
/** The title stands near the start of a page. */
const HEAD_BYTES = 64 * 1024;

function toTitle(bytes: Uint8Array, contentType: string): string | undefined {
  if (!contentType.includes('html')) return undefined;
  const head = new TextDecoder().decode(bytes.subarray(0, HEAD_BYTES));
  const title = TITLE.exec(head)?.[1]?.replaceAll(/\s+/g, ' ').trim();
  return title === '' ? undefined : title;
}
