/** A page of a list with the way to the next one. The fields of the response are properties of the page. */
import { SelfsameError } from './errors.ts';

interface PageBody {
  data?: unknown;
  has_more?: unknown;
  last_id?: unknown;
  next?: unknown;
  next_page?: unknown;
}

/** Requests the page that starts at a cursor. */
export type FetchPage = (cursor: string) => PromiseLike<Page<unknown>>;

export class Page<Item> implements AsyncIterable<Item> {
  readonly data: Item[];
  readonly #next: { cursor: string; fetch: FetchPage } | undefined;

  /** `fetch` is absent for lists of one page. */
  constructor(body: object, fetch?: FetchPage) {
    const { data } = body as PageBody;
    this.data = Array.isArray(data) ? data : [];
    // Own properties, so that a page looks like the response.
    Object.assign(this, body, { data: this.data });
    const cursor = fetch === undefined ? undefined : cursorOf(body as PageBody, this.data);
    this.#next = cursor === undefined || fetch === undefined ? undefined : { cursor, fetch };
  }

  hasNextPage(): boolean {
    return this.#next !== undefined;
  }

  /** @throws SelfsameError if there is none. */
  async getNextPage(): Promise<this> {
    if (this.#next === undefined) throw new SelfsameError('this is the last page; `hasNextPage()` returns false');
    return (await this.#next.fetch(this.#next.cursor)) as this;
  }

  /** This page and all following ones. */
  async *iteratePages(): AsyncGenerator<this> {
    yield this;
    for (let page = await this.#nextPage(); page !== undefined; page = await page.#nextPage()) yield page;
  }

  async #nextPage(): Promise<this | undefined> {
    return this.hasNextPage() ? this.getNextPage() : undefined;
  }

  /** The items of this page and of all following ones. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    for await (const page of this.iteratePages()) yield* page.data;
  }
}

/** The cursor that the server states, or the id of the last item. */
function cursorOf(body: PageBody, data: readonly unknown[]): string | undefined {
  if (body.has_more === false) return undefined;
  if (typeof body.next_page === 'string') return body.next_page;
  if (body.next_page === null || body.next === null) return undefined;
  if (typeof body.next === 'string') return body.next;
  if (data.length === 0) return undefined;
  if (typeof body.last_id === 'string' && body.last_id !== '') return body.last_id;
  const last = data.at(-1) as { id?: unknown } | undefined;
  return typeof last?.id === 'string' ? last.id : undefined;
}

/** The page of a response: its fields, and the methods of a `Page`. */
export type PageOf<Body extends { data: readonly unknown[] }> = Page<Body['data'][number]> & Omit<Body, 'data'>;
