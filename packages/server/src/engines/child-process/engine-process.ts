/**
 * Keeps one engine process alive: starts it, loads the model, and starts it again when it dies, at once the first time, then with
 * growing pauses. A model that nobody uses may be put away; it comes back when somebody asks.
 * Invariants: at most one process at a time; a model that cannot be loaded is not retried until somebody asks again.
 */
import type { ChildProcess } from 'node:child_process';
import type { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import type { MemoryBudget } from '../memory-budget.ts';
import { type Failure, toApiError } from './failure.ts';
import { forkEngine } from './fork-engine.ts';
import { DEFAULT_SILENCE_MS } from './heartbeat.ts';
import { createMemoryBudget } from './memory.ts';
import type { CancelMessage, EngineMessage, FromEngine, RoomMessage } from './messages.ts';
import { Residence } from './residence.ts';

/** The part of a pino logger that an engine uses. */
export interface EngineLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** When a model may be put away. */
export interface ResidenceSettings {
  /** Memory that it shares with other models. Default: that of the whole machine, alone. */
  budget?: MemoryBudget;
  /** It is put away when nobody has used it for so long; undefined = it stays. */
  modelIdleMs?: number;
  /** A process without a sign of life for so long is killed and started again. Default 20 s. */
  engineSilenceMs?: number;
}

/** `Event`: what the engine tells of its work. */
export interface EngineProcessOptions<Event> extends ResidenceSettings {
  /** Sent to the program as they are. */
  settings: { modelId: string };
  /** Path of the program that runs in the process. */
  program: string;
  log: EngineLog;
  onMessage(message: EngineMessage<Event>): void;
  /** The process died or was closed: what it held is lost. */
  onEnd(error: ApiError): void;
}

interface Waiter<Facts> {
  resolve(facts: Facts): void;
  reject(error: unknown): void;
}

/** How long a request waits for an engine that is being started. */
const START_WAIT_MS = 30_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** After so long a life a death counts as the first again. */
const STABLE_MS = 30_000;
/** Deaths in a row while loading after which the model counts as one that cannot be loaded. */
const MAX_LOADING_DEATHS = 3;

const RETRY_SECONDS = 5;

const closedError = () => errors.engineFailed('it was closed.');

/** Pause before start number `deaths + 1` in a row, in milliseconds. */
export function restartPauseMs(deaths: number): number {
  return deaths <= 1 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (deaths - 2));
}

/** `Facts`: what a loaded model tells about itself. `Task`: what it can be asked to do. */
export class EngineProcess<Facts extends object, Event, Task extends object> {
  readonly #options: EngineProcessOptions<Event>;
  readonly #modelId: string;
  readonly #waiters = new Set<Waiter<Facts>>();
  readonly #residence: Residence;
  #child: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #facts: Facts | undefined;
  #loadedAt: number | undefined;
  /** When the engine was made or last died, on the clock of `performance.now()`. */
  #downSince = performance.now();
  #deaths = 0;
  #restarts = 0;
  #closed = false;
  #isDown = false;

  constructor(options: EngineProcessOptions<Event>) {
    this.#options = options;
    this.#modelId = options.settings.modelId;
    this.#residence = new Residence({
      modelId: this.#modelId,
      budget: options.budget ?? createMemoryBudget(),
      idleMs: options.modelIdleMs,
      putAway: () => this.#putAway(),
    });
  }

  /** What the loaded model told about itself, last time. */
  get facts(): Facts | undefined {
    return this.#facts;
  }

  /** How often a process that died was followed by another. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Whether the process gives no sign of life, or died and is not back. */
  get isDown(): boolean {
    return this.#isDown;
  }

  /** Process id of the running engine, for the log and for tests. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Resolves when the model is loaded, starting the process if need be. Rejects when it cannot be loaded, when the signal aborts,
   * and with `model_unavailable` when it takes longer than `timeoutMs`.
   */
  async ready({ signal, timeoutMs }: { signal?: AbortSignal; timeoutMs?: number }): Promise<Facts> {
    signal?.throwIfAborted();
    if (this.#closed) throw closedError();
    if (this.#loadedAt !== undefined && this.#facts !== undefined) return this.#facts;
    if (this.#child === undefined && this.#restart === undefined) this.#start();
    return await this.#wait(signal, timeoutMs);
  }

  /** `ready` for a request that arrived at `arrivedAt`, on the clock of `performance.now()`: it waits half a minute at most. */
  async readyFor(arrivedAt: number, signal: AbortSignal): Promise<void> {
    // From the request's arrival or the engine's death, whichever came last: a long line does not multiply the wait.
    const waitedMs = performance.now() - Math.max(arrivedAt, this.#downSince);
    await this.ready({ signal, timeoutMs: Math.max(0, START_WAIT_MS - waitedMs) });
    signal.throwIfAborted();
  }

  /** Keeps the model from being put away until the function that this returns is called. */
  use(): () => void {
    return this.#residence.use();
  }

  /** Lost without a word when the process is gone: `onEnd` speaks for it. */
  send(message: Task | CancelMessage): void {
    if (this.#child?.connected === true) this.#child.send(message);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#restart);
    const ending = this.#forget();
    this.#options.onEnd(closedError());
    this.#settle((waiter) => waiter.reject(closedError()));
    await end(ending);
  }

  async #putAway(): Promise<void> {
    this.#options.log.info({ modelId: this.#modelId }, 'engine: the model is put away');
    await end(this.#forget());
  }

  #start(): void {
    this.#restart = undefined;
    const { engineSilenceMs: silenceMs = DEFAULT_SILENCE_MS } = this.#options;
    const child = forkEngine(this.#options.program, {
      silenceMs,
      onLate: (isLate) => {
        if (this.#child === child) this.#isDown = isLate;
      },
      onExit: (how, lastWords) => {
        if (this.#child === child) this.#died(how, lastWords);
      },
    });
    this.#child = child;
    child.on('message', (message: FromEngine<Facts, Event>) => this.#receive(child, message));
    child.on('error', (error) =>
      this.#options.log.error({ modelId: this.#modelId, err: error }, 'engine process: error'),
    );
    child.send({ type: 'load', settings: this.#options.settings });
  }

  #receive(from: ChildProcess, message: FromEngine<Facts, Event>): void {
    if (from !== this.#child) return;
    const { log, onMessage } = this.#options;
    if (message.type === 'events' || message.type === 'failed') onMessage(message);
    else if (message.type === 'log') log[message.level]({ modelId: this.#modelId }, `engine: ${message.message}`);
    else if (message.type === 'need') void this.#makeRoom(from, message.bytes);
    else if (message.type === 'unloadable') this.#giveUp(toApiError(message.failure), message.failure);
    else {
      const { facts } = message;
      this.#facts = facts;
      this.#isDown = false;
      this.#loadedAt = performance.now();
      this.#residence.moveIn();
      log.info({ modelId: this.#modelId, pid: from.pid, ...facts }, 'engine loaded');
      this.#settle((waiter) => waiter.resolve(facts));
    }
  }

  async #makeRoom(child: ChildProcess, bytes: number): Promise<void> {
    try {
      await this.#residence.claim(bytes);
      if (child === this.#child) child.send({ type: 'room' } satisfies RoomMessage);
      else if (this.#child === undefined) this.#residence.moveOut();
    } catch (error) {
      if (child === this.#child) this.#giveUp(error as ApiError);
    }
  }

  #died(how: string, lastWords: string): void {
    const { log, onEnd } = this.#options;
    const wasLoaded = this.#loadedAt !== undefined;
    if (this.#loadedAt !== undefined && performance.now() - this.#loadedAt > STABLE_MS) this.#deaths = 0;
    this.#deaths += 1;
    this.#forget();
    const restartInMs = restartPauseMs(this.#deaths);
    log.error({ modelId: this.#modelId, how, deaths: this.#deaths, restartInMs, lastWords }, 'engine died');
    onEnd(errors.engineFailed(`${how}.`));
    if (wasLoaded || this.#deaths < MAX_LOADING_DEATHS) {
      this.#restarts += 1;
      this.#isDown = true;
      this.#restart = setTimeout(() => this.#start(), restartInMs).unref();
      return;
    }
    const message = `Loading '${this.#modelId}' failed ${this.#deaths} times in a row: ${how}.`;
    this.#giveUp(errors.modelUnavailable(message, LONGEST_PAUSE_MS / 1000));
  }

  /** The model cannot be loaded: the next one who asks tries again. */
  #giveUp(error: ApiError, failure?: Failure): void {
    this.#forget()?.kill('SIGKILL');
    this.#deaths = 0;
    this.#options.log.error({ modelId: this.#modelId, err: error, failure }, 'engine: the model cannot be loaded');
    this.#settle((waiter) => waiter.reject(error));
  }

  #forget(): ChildProcess | undefined {
    const child = this.#child;
    this.#child = undefined;
    this.#loadedAt = undefined;
    this.#isDown = false;
    this.#downSince = performance.now();
    this.#residence.moveOut();
    return child;
  }

  #settle(act: (waiter: Waiter<Facts>) => void): void {
    const all = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of all) act(waiter);
  }

  #wait(signal: AbortSignal | undefined, timeoutMs: number | undefined): Promise<Facts> {
    return new Promise<Facts>((resolve, reject) => {
      const leave = (error: unknown) => {
        this.#waiters.delete(waiter);
        clear();
        reject(error);
      };
      const aborted = () => leave(signal?.reason);
      const late = () => leave(errors.modelUnavailable(`'${this.#modelId}' is still being loaded.`, RETRY_SECONDS));
      const timer = timeoutMs === undefined ? undefined : setTimeout(late, timeoutMs);
      const clear = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', aborted);
      };
      const waiter: Waiter<Facts> = {
        resolve: (facts) => {
          clear();
          resolve(facts);
        },
        reject: leave,
      };
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', aborted, { once: true });
    });
  }
}

async function end(process: ChildProcess | undefined): Promise<void> {
  if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    process.once('exit', () => resolve());
    process.kill('SIGKILL');
  });
}
