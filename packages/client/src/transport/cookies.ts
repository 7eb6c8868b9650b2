/** `cookieConfig`: tough-cookie's jar (RFC 6265), with limits, and a handler for cookies that have an expiry. */
import { Cookie, CookieJar, MemoryCookieStore } from 'tough-cookie';
import type { Transport, TransportResponse } from '../core/transport.ts';
import type { StoredCookie } from './connection-options.ts';
import type { ResolvedOptions } from './resolve-options.ts';

type Options = ResolvedOptions['cookieConfig'];

export function handleCookies(send: Transport, options: Options): Transport {
  if (!options.enabled) return send;
  const cookies = new Cookies(options);
  return async (request) => {
    const own = request.headers['cookie'];
    const header = [own, await cookies.read(request.url)].flat().filter((each) => each !== undefined && each !== '');
    const headers = header.length === 0 ? request.headers : { ...request.headers, cookie: header.join('; ') };
    const response = await send({ ...request, headers });
    for (const text of readSetCookie(response)) await cookies.write(text, request.url);
    return response;
  };
}

function readSetCookie({ headers }: TransportResponse): string[] {
  return [headers['set-cookie'] ?? []].flat();
}

class Cookies {
  readonly #options: Options;
  readonly #store = new MemoryCookieStore();
  readonly #jar = new CookieJar(this.#store, { allowSecureOnLocal: false });

  constructor(options: Options) {
    this.#options = options;
  }

  /** Value of the header `Cookie` for a URL. */
  async read(url: URL): Promise<string> {
    await this.#load();
    return this.#jar.getCookieString(url.href);
  }

  /** Stores one `Set-Cookie` header, unless the configuration or RFC 6265 forbids it. */
  async write(text: string, url: URL): Promise<void> {
    const cookie = Cookie.parse(text);
    if (cookie === undefined || !(await this.#hasCapacity(cookie, url))) return;
    const source = this.#sourceOf(cookie, url);
    if (source === undefined) return;
    const stored = await this.#jar.setCookie(cookie, source, { ignoreError: true });
    if (stored !== undefined) await this.#persist(stored);
  }

  /** URL whose cookie it is; undefined for a cookie of another domain that is blocked. */
  #sourceOf(cookie: Cookie, url: URL): string | undefined {
    const domain = cookie.canonicalizedDomain();
    if (domain === undefined || isWithin(url.hostname, domain)) return url.href;
    return this.#options.blockThirdPartyCookies ? undefined : `${url.protocol}//${domain}${url.pathname}`;
  }

  /** Limits refuse new cookies; a cookie that is stored can be replaced and removed. */
  async #hasCapacity(cookie: Cookie, url: URL): Promise<boolean> {
    const domain = cookie.canonicalizedDomain() ?? url.hostname;
    const all = (await this.#store.getAllCookies()).filter((each) => !isExpired(each));
    if (all.some((each) => each.key === cookie.key && each.domain === domain)) return true;
    const ofDomain = all.filter((each) => each.domain === domain);
    return all.length < this.#options.maxTotalCookieCount && ofDomain.length < this.#options.maxCookiesPerDomain;
  }

  /** Reads the handler each time, because other clients may share it. */
  async #load(): Promise<void> {
    const handler = this.#options.persistentCookieHandler;
    if (handler === undefined) return;
    for (const each of await this.#store.getAllCookies()) {
      if (!isSession(each)) await this.#store.removeCookie(each.domain ?? '', each.path ?? '/', each.key);
    }
    for (const each of await handler.getAllCookies()) await this.#store.putCookie(fromStored(each));
  }

  async #persist(cookie: Cookie): Promise<void> {
    const handler = this.#options.persistentCookieHandler;
    if (handler === undefined || isSession(cookie)) return;
    if (isExpired(cookie)) await handler.removeCookie(cookie.key, cookie.domain ?? '', cookie.path ?? '/');
    else await handler.storeCookie(toStored(cookie));
  }
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

function isSession(cookie: Cookie): boolean {
  return cookie.expiryTime() === Number.POSITIVE_INFINITY || cookie.expiryTime() === undefined;
}

function isExpired(cookie: Cookie): boolean {
  return (cookie.expiryTime() ?? Number.POSITIVE_INFINITY) <= Date.now();
}

function toStored(cookie: Cookie): StoredCookie {
  return {
    name: cookie.key,
    value: cookie.value,
    domain: cookie.domain ?? '',
    path: cookie.path ?? '/',
    expires: new Date(cookie.expiryTime() ?? 0).toISOString(),
    secure: cookie.secure,
    httpOnly: cookie.httpOnly,
    hostOnly: cookie.hostOnly ?? true,
  };
}

function fromStored({ name, expires, ...rest }: StoredCookie): Cookie {
  return new Cookie({ ...rest, key: name, expires: new Date(expires), creation: new Date() });
}
