/**
 * A stream with listeners that accumulates its events: the base of the streams of chat completions, responses and runs.
 * It starts when the current task ends, so that listeners can be added first. Invariant: after `end`, no event follows.
 */
import { APIUserAbortError, SelfsameError } from '../core/errors.ts';
import { Stream } from '../core/stream.ts';

export interface BaseEvents {
  /** The response has started. */
  connect: [];
  error: [error: SelfsameError];
  abort: [error: APIUserAbortError];
  end: [];
}

type Listener<Words extends unknown[]> = (...words: Words) => void;

interface Registered {
  listener: Listener<never>;
  isOnce: boolean;
}

export abstract class EventStream<Item, Events extends BaseEvents & { [Name in keyof Events]: unknown[] }>
  implements AsyncIterable<Item>
{
  readonly controller: AbortController = new AbortController();
  readonly #listeners = new Map<keyof Events, Registered[]>();
  readonly #end = Promise.withResolvers<void>();
  #isObserved = false;
  #hasEnded = false;
  #error: SelfsameError | undefined;

  get ended(): boolean {
    return this.#hasEnded;
  }

  get errored(): boolean {
    return this.#error !== undefined;
  }

  get aborted(): boolean {
    return this.#error instanceof APIUserAbortError;
  }

  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): this {
    return this.#add(name, listener, false);
  }

  /** Removes one registration of a listener. */
  off<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): this {
    const listeners = this.#listeners.get(name) ?? [];
    const index = listeners.findIndex((each) => each.listener === listener);
    if (index >= 0) listeners.splice(index, 1);
    return this;
  }

  once<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): this {
    return this.#add(name, listener, true);
  }

  /** The arguments of the next event of a name: the only one, or the list of several. */
  emitted<Name extends keyof Events>(
    name: Name,
  ): Promise<Events[Name] extends [infer Only] ? Only : Events[Name] extends [] ? void : Events[Name]> {
    this.#isObserved = true;
    const { promise, resolve, reject } = Promise.withResolvers<never>();
    if (name !== 'error') this.once('error', ((error: SelfsameError) => reject(error)) as Listener<Events['error']>);
    if (name !== 'abort') this.once('abort', ((error: SelfsameError) => reject(error)) as Listener<Events['abort']>);
    this.once(name, ((...words: unknown[]) => resolve((words.length > 1 ? words : words[0]) as never)) as never);
    return promise;
  }

  /** Resolves at the end of the stream; rejects with its error. */
  done(): Promise<void> {
    this.#isObserved = true;
    return this.#end.promise;
  }

  abort(): void {
    this.controller.abort();
  }

  /** The items as lines of JSON, for another process. */
  toReadableStream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new Stream(() => this[Symbol.asyncIterator](), this.controller).toReadableStream();
  }

  abstract [Symbol.asyncIterator](): AsyncIterator<Item>;

  /** The items of an event. Leaving the loop early aborts the stream. */
  protected async *iterate<Name extends keyof Events>(name: Name): AsyncGenerator<Item> {
    const waiting: Item[] = [];
    let wake = () => {};
    const onItem = ((item: Item) => {
      waiting.push(item);
      wake();
    }) as unknown as Listener<Events[Name]>;
    this.on(name, onItem);
    const end = this.done().finally(() => wake());
    end.catch(() => undefined);
    try {
      for (;;) {
        while (waiting.length > 0) yield waiting.shift() as Item;
        if (this.#hasEnded) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      await end;
    } finally {
      this.off(name, onItem);
      if (!this.#hasEnded) this.abort();
    }
  }

  protected emit<Name extends keyof Events>(name: Name, ...words: Events[Name]): void {
    if (this.#hasEnded) return;
    const listeners = this.#listeners.get(name) ?? [];
    this.#listeners.set(
      name,
      listeners.filter(({ isOnce }) => !isOnce),
    );
    for (const { listener } of listeners) (listener as Listener<unknown[]>)(...words);
  }

  /** Runs the stream in its own task: `run` reads all events, `emitFinal` emits the results. */
  protected start(run: () => Promise<void>, emitFinal: () => void): void {
    setTimeout(() => {
      run()
        .then(() => {
          emitFinal();
          this.#finish(undefined);
        })
        .catch((error: unknown) => this.#fail(error));
    }, 0);
  }

  /** Aborts with the caller's signal, for the time of `use`. */
  protected async withSignal(signal: AbortSignal | undefined, use: () => Promise<void>): Promise<void> {
    const abort = () => this.controller.abort(signal?.reason);
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await use();
      if (this.controller.signal.aborted) throw new APIUserAbortError();
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  #add<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>, isOnce: boolean): this {
    if (name === 'error' || name === 'abort') this.#isObserved = true;
    const listeners = this.#listeners.get(name) ?? [];
    listeners.push({ listener: listener as Listener<never>, isOnce });
    this.#listeners.set(name, listeners);
    return this;
  }

  #fail(cause: unknown): void {
    const wasAborted = this.controller.signal.aborted && !(cause instanceof SelfsameError);
    const error = wasAborted
      ? new APIUserAbortError({ cause })
      : cause instanceof SelfsameError
        ? cause
        : new SelfsameError(cause instanceof Error ? cause.message : String(cause), { cause });
    this.#error = error;
    if (error instanceof APIUserAbortError) this.emit('abort', ...([error] as unknown as Events['abort']));
    else this.emit('error', ...([error] as unknown as Events['error']));
    this.#finish(error);
  }

  #finish(error: SelfsameError | undefined): void {
    this.emit('end', ...([] as unknown as Events['end']));
    this.#hasEnded = true;
    if (error === undefined) this.#end.resolve();
    else {
      this.#end.reject(error);
      // An error that nothing observes is an unhandled rejection.
      if (this.#isObserved) this.#end.promise.catch(() => undefined);
    }
  }
}
