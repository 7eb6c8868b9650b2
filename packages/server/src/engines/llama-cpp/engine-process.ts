/**
 * Keeps one engine process alive: starts it, loads the model, and starts it again when it dies, at once the first time, then with
 * growing pauses. Invariants: at most one process at a time; a model that cannot be loaded is not retried until somebody asks again.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import { type FromEngine, type LoadedFacts, type LoadSettings, type ToEngine, toApiError } from './protocol.ts';

/** The part of a pino logger that an engine uses. */
export interface EngineLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface EngineProcessOptions {
  settings: LoadSettings;
  log: EngineLog;
  onMessage(message: Extract<FromEngine, { type: 'events' | 'failed' }>): void;
  /** The process died or was closed: what it held is lost. */
  onEnd(error: ApiError): void;
}

export interface EngineProcess {
  /** What the loaded model told about itself, last time. */
  readonly facts: LoadedFacts | undefined;
  /** When the engine was last made or died, on the clock of `performance.now()`. */
  readonly downSince: number;
  /** Process id of the running engine, for the log and for tests. */
  readonly pid: number | undefined;
  /**
   * Resolves when the model is loaded, starting the process if need be. Rejects when it cannot be loaded, when the signal aborts,
   * and with `model_unavailable` when it takes longer than `timeoutMs`.
   */
  ready(options: { signal?: AbortSignal; timeoutMs?: number }): Promise<LoadedFacts>;
  send(message: ToEngine): void;
  close(): Promise<void>;
}

interface Waiter {
  resolve(facts: LoadedFacts): void;
  reject(error: unknown): void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** After so long a life a death counts as the first again. */
const STABLE_MS = 30_000;
/** Deaths in a row while loading after which the model counts as one that cannot be loaded. */
const MAX_LOADING_DEATHS = 3;
const STDERR_TAIL = 600;

/** The script beside this file, with this file's own extension: `.ts` in the repository, `.js` when published. */
const CHILD = fileURLToPath(import.meta.url).replace(/engine-process(\.[jt]s)$/, 'child$1');

/** Pause before start number `deaths + 1` in a row, in milliseconds. */
export function restartPauseMs(deaths: number): number {
  return deaths <= 1 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (deaths - 2));
}

export function createEngineProcess({ settings, log, onMessage, onEnd }: EngineProcessOptions): EngineProcess {
  const { modelId } = settings;
  const waiters = new Set<Waiter>();
  let child: ChildProcess | undefined;
  let restart: NodeJS.Timeout | undefined;
  let facts: LoadedFacts | undefined;
  let loadedAt: number | undefined;
  let downSince = performance.now();
  let deaths = 0;
  let closed = false;

  const closedError = () => errors.engineFailed('it was closed.');

  function settle(act: (waiter: Waiter) => void): void {
    const all = [...waiters];
    waiters.clear();
    for (const waiter of all) act(waiter);
  }

  function start(): void {
    restart = undefined;
    const started = fork(CHILD, {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child = started;
    let lastWords = '';
    started.stderr?.on('data', (bytes: Buffer) => {
      lastWords = (lastWords + bytes.toString('utf8')).slice(-STDERR_TAIL);
    });
    started.on('message', (message: FromEngine) => receive(started, message));
    started.on('error', (error) => log.error({ modelId, err: error }, 'engine process: error'));
    started.once('exit', (code, signal) => {
      if (child === started) died(signal === null ? `code ${code}` : `signal ${signal}`, lastWords.trim());
    });
    started.send({ type: 'load', settings } satisfies ToEngine);
  }

  function receive(from: ChildProcess, message: FromEngine): void {
    if (from !== child) return;
    if (message.type === 'events' || message.type === 'failed') onMessage(message);
    else if (message.type === 'log') log[message.level]({ modelId }, `engine: ${message.message}`);
    else if (message.type === 'loaded') {
      ({ facts } = message);
      loadedAt = performance.now();
      log.info({ modelId, pid: from.pid, ...message.facts }, 'engine loaded');
      settle((waiter) => waiter.resolve(message.facts));
    } else giveUp(toApiError(message.failure, modelId));
  }

  /** The model cannot be loaded: the next one who asks tries again. */
  function giveUp(error: ApiError): void {
    const ending = child;
    child = undefined;
    ending?.kill('SIGKILL');
    deaths = 0;
    log.error({ modelId, err: error }, 'engine: the model cannot be loaded');
    settle((waiter) => waiter.reject(error));
  }

  function died(how: string, lastWords: string): void {
    const wasLoaded = loadedAt !== undefined;
    if (loadedAt !== undefined && performance.now() - loadedAt > STABLE_MS) deaths = 0;
    deaths += 1;
    loadedAt = undefined;
    child = undefined;
    downSince = performance.now();
    const pauseMs = restartPauseMs(deaths);
    log.error({ modelId, how, deaths, restartInMs: pauseMs, lastWords }, 'engine died');
    onEnd(errors.engineFailed(`it ended with ${how}.`));
    if (!wasLoaded && deaths >= MAX_LOADING_DEATHS) {
      giveUp(errors.modelUnavailable(`Loading '${modelId}' ended with ${how}, ${deaths} times in a row.`, 30));
    } else restart = setTimeout(start, pauseMs).unref();
  }

  function wait(signal: AbortSignal | undefined, timeoutMs: number | undefined): Promise<LoadedFacts> {
    return new Promise<LoadedFacts>((resolve, reject) => {
      const leave = (error: unknown) => {
        waiters.delete(waiter);
        done();
        reject(error);
      };
      const aborted = () => leave(signal?.reason);
      const late = () => leave(errors.modelUnavailable(`'${modelId}' is still being loaded.`, 5));
      const timer = timeoutMs === undefined ? undefined : setTimeout(late, timeoutMs);
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', aborted);
      };
      const waiter: Waiter = {
        resolve: (value) => {
          done();
          resolve(value);
        },
        reject: leave,
      };
      waiters.add(waiter);
      signal?.addEventListener('abort', aborted, { once: true });
    });
  }

  return {
    get facts() {
      return facts;
    },
    get downSince() {
      return downSince;
    },
    get pid() {
      return child?.pid;
    },
    async ready({ signal, timeoutMs }) {
      signal?.throwIfAborted();
      if (closed) throw closedError();
      if (loadedAt !== undefined && facts !== undefined) return facts;
      if (child === undefined && restart === undefined) start();
      return await wait(signal, timeoutMs);
    },
    send(message) {
      child?.send(message);
    },
    async close() {
      if (closed) return;
      closed = true;
      clearTimeout(restart);
      const ending = child;
      child = undefined;
      loadedAt = undefined;
      onEnd(closedError());
      settle((waiter) => waiter.reject(closedError()));
      if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
      await new Promise<void>((resolve) => {
        ending.once('exit', () => resolve());
        ending.kill('SIGKILL');
      });
    },
  };
}
