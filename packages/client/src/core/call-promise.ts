/** The promise that every method returns: of the parsed response, with access to the raw one. */
/* oxlint-disable unicorn/no-thenable */

export interface ResponseFacts {
  status: number;
  headers: Headers;
}

export interface WithResponse<T> {
  data: T;
  response: ResponseFacts;
  /** Header `x-request-id`. */
  requestId: string | null;
}

export interface Parsed<T> {
  data: T;
  /** Created on demand: most calls need no `Headers`. */
  response: () => ResponseFacts;
}

export class CallPromise<T> implements Promise<T> {
  readonly [Symbol.toStringTag] = 'CallPromise';
  readonly #parsed: Promise<Parsed<T>>;

  constructor(parsed: Promise<Parsed<T>>) {
    this.#parsed = parsed;
  }

  /** The parsed response with the status and headers of the raw one. */
  async withResponse(): Promise<WithResponse<T>> {
    const { data, response } = await this.#parsed;
    const facts = response();
    return { data, response: facts, requestId: facts.headers.get('x-request-id') };
  }

  // biome-ignore lint/suspicious/noThenProperty: a call is a promise.
  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#parsed.then(
      onFulfilled == null ? (parsed) => parsed.data as unknown as A : (parsed) => onFulfilled(parsed.data),
      onRejected,
    );
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.#parsed.then(({ data }) => data).finally(onFinally);
  }
}

/** The promise of a list: also iterates over the items of this page and of all following ones. */
export class PagePromise<P extends AsyncIterable<unknown>> extends CallPromise<P> {
  async *[Symbol.asyncIterator](): AsyncGenerator<P extends AsyncIterable<infer I> ? I : never> {
    for await (const item of await this) yield item as P extends AsyncIterable<infer I> ? I : never;
  }
}
