/**
 * Keeps one engine process alive: starts it, loads the model, and restarts it when it dies, without a pause after the
 * first death, then with growing pauses. An idle model may be unloaded; the next request loads it again.
 * Invariants: at most one process at a time; after a model could not be loaded, only the next request tries again.
 */
import type { ChildProcess } from 'node:child_process';
import type { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import type { MemoryBudget } from '../memory-budget.ts';
import type { CancelMessage, EngineMessage, FromEngine, GrantMessage } from './engine-protocol.ts';
import { type Failure, toApiError } from './failure.ts';
import { forkEngine } from './fork-engine.ts';
import { DEFAULT_SILENCE_MS } from './heartbeat.ts';
import { createMemoryBudget } from './memory.ts';
import { ModelMemory } from './model-memory.ts';

/** The part of a pino logger that an engine uses. */
export interface EngineLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface EngineDeps {
  log: EngineLog;
  /** Memory that the models share. Default: all memory of the machine, for this model alone. */
  budget?: MemoryBudget;
  /** Time without use after which the model is unloaded; undefined = never. */
  modelIdleMs?: number;
  /** Time without a heartbeat after which the process is killed and restarted. Default 20 s. */
  engineSilenceMs?: number;
}

/** `Event`: an event of a task. */
export interface EngineProcessOptions<Event> extends EngineDeps {
  /** Sent to the program unchanged. */
  settings: { modelId: string };
  /** Path of the program that runs in the process. */
  program: string;
  onMessage(message: EngineMessage<Event>): void;
  /** The process died or was closed: its tasks have failed. */
  onEnd(error: ApiError): void;
}

interface Waiter<Facts> {
  resolve(facts: Facts): void;
  reject(error: unknown): void;
}

/** Maximum time that a request waits for an engine that is starting. */
const MAX_START_WAIT_MS = 30_000;
const MIN_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;
/** The death of a process that ran longer than this counts as the first death again. */
const STABLE_MS = 30_000;
/** Consecutive deaths during loading after which loading has failed. */
const MAX_LOADING_DEATHS = 3;

const RETRY_AFTER_SECONDS = 5;

const closedError = () => errors.engineFailed('it was closed.');

/** Pause before the restart after `deaths` consecutive deaths, in milliseconds. */
export function restartPauseMs(deaths: number): number {
  return deaths <= 1 ? 0 : Math.min(MAX_PAUSE_MS, MIN_PAUSE_MS * 2 ** (deaths - 2));
}

/** `Facts`: the report of a loaded model. `Task`: the messages that start tasks. */
export class EngineProcess<Facts extends object, Event, Task extends object> {
  readonly #options: EngineProcessOptions<Event>;
  readonly #modelId: string;
  readonly #waiters = new Set<Waiter<Facts>>();
  readonly #memory: ModelMemory;
  #child: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #facts: Facts | undefined;
  #loadedAt: number | undefined;
  /** When the engine was created or last died, by `performance.now()`. */
  #downSince = performance.now();
  #deaths = 0;
  #restarts = 0;
  #closed = false;
  #isDown = false;

  constructor(options: EngineProcessOptions<Event>) {
    this.#options = options;
    this.#modelId = options.settings.modelId;
    this.#memory = new ModelMemory({
      modelId: this.#modelId,
      budget: options.budget ?? createMemoryBudget(),
      idleMs: options.modelIdleMs,
      unload: () => this.#unload(),
    });
  }

  /** The facts that the model reported when it was last loaded. */
  get facts(): Facts | undefined {
    return this.#facts;
  }

  /** Number of restarts after deaths. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Whether heartbeats are late, or the process died and its successor has not loaded the model yet. */
  get isDown(): boolean {
    return this.#isDown;
  }

  /** Process id of the running engine, for the log and for tests. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Starts the process if needed and resolves when the model is loaded. Rejects when the model cannot be loaded, when
   * the signal aborts, and with `model_unavailable` after `timeoutMs`.
   */
  async ready({ signal, timeoutMs }: { signal?: AbortSignal; timeoutMs?: number }): Promise<Facts> {
    signal?.throwIfAborted();
    if (this.#closed) throw closedError();
    if (this.#loadedAt !== undefined && this.#facts !== undefined) return this.#facts;
    if (this.#child === undefined && this.#restart === undefined) this.#start();
    return await this.#wait(signal, timeoutMs);
  }

  /** `ready` for a request that arrived at `arrivedAt`, by `performance.now()`. Waits at most `MAX_START_WAIT_MS`. */
  async readyFor(arrivedAt: number, signal: AbortSignal): Promise<void> {
    // Counts from the arrival or the last death, whichever is later: requests in a long queue do not wait longer.
    const waitedMs = performance.now() - Math.max(arrivedAt, this.#downSince);
    await this.ready({ signal, timeoutMs: Math.max(0, MAX_START_WAIT_MS - waitedMs) });
    signal.throwIfAborted();
  }

  /** The model is not unloaded until the returned function is called. */
  use(): () => void {
    return this.#memory.use();
  }

  /** Drops the message without an error if the process has died: `onEnd` reports that. */
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

  async #unload(): Promise<void> {
    this.#options.log.info({ modelId: this.#modelId }, 'engine: the model is unloaded');
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
      onExit: (how, stderrTail) => {
        if (this.#child === child) this.#onDeath(how, stderrTail);
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
    else if (message.type === 'claim') void this.#claimMemory(from, message.bytes);
    else if (message.type === 'unloadable') this.#giveUp(toApiError(message.failure), message.failure);
    else {
      const { facts } = message;
      this.#facts = facts;
      this.#isDown = false;
      this.#loadedAt = performance.now();
      this.#memory.markLoaded();
      log.info({ modelId: this.#modelId, pid: from.pid, ...facts }, 'engine loaded');
      this.#settle((waiter) => waiter.resolve(facts));
    }
  }

  async #claimMemory(child: ChildProcess, bytes: number): Promise<void> {
    try {
      await this.#memory.claim(bytes);
      if (child === this.#child) child.send({ type: 'grant' } satisfies GrantMessage);
      else if (this.#child === undefined) this.#memory.markUnloaded();
    } catch (error) {
      if (child === this.#child) this.#giveUp(error as ApiError);
    }
  }

  #onDeath(how: string, stderrTail: string): void {
    const { log, onEnd } = this.#options;
    const wasLoaded = this.#loadedAt !== undefined;
    if (this.#loadedAt !== undefined && performance.now() - this.#loadedAt > STABLE_MS) this.#deaths = 0;
    this.#deaths += 1;
    this.#forget();
    const restartInMs = restartPauseMs(this.#deaths);
    log.error({ modelId: this.#modelId, how, deaths: this.#deaths, restartInMs, lastWords: stderrTail }, 'engine died');
    onEnd(errors.engineFailed(`${how}.`));
    if (wasLoaded || this.#deaths < MAX_LOADING_DEATHS) {
      this.#restarts += 1;
      this.#isDown = true;
      this.#restart = setTimeout(() => this.#start(), restartInMs).unref();
      return;
    }
    const message = `Loading '${this.#modelId}' failed ${this.#deaths} times in a row: ${how}.`;
    this.#giveUp(errors.modelUnavailable(message, MAX_PAUSE_MS / 1000));
  }

  /** Fails the waiting requests: the model cannot be loaded. The next request tries again. */
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
    this.#memory.markUnloaded();
    return child;
  }

  #settle(act: (waiter: Waiter<Facts>) => void): void {
    const all = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of all) act(waiter);
  }

  #wait(signal: AbortSignal | undefined, timeoutMs: number | undefined): Promise<Facts> {
    return new Promise<Facts>((resolve, reject) => {
      const fail = (error: unknown) => {
        this.#waiters.delete(waiter);
        clear();
        reject(error);
      };
      const aborted = () => fail(signal?.reason);
      const late = () =>
        fail(errors.modelUnavailable(`'${this.#modelId}' is still being loaded.`, RETRY_AFTER_SECONDS));
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
        reject: fail,
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
