/**
 * The interpreters of containers in this process: started by the first code, ended with the container, after its idle
 * time, or to make room for others. State that is lost is not restored; files are stored with the container.
 */
import type { Clock } from '../../lib/clock.ts';
import { type Sandbox, type SandboxSession, SandboxUnavailableError } from '../../sandbox/sandbox.ts';
import { toSandboxLimits } from './memory-limit.ts';

export interface Interpreter {
  readonly session: SandboxSession;
  /** Id of each stored file that the session has, by path. */
  readonly fileIds: Map<string, string>;
}

export interface InterpretedContainer {
  id: string;
  memoryLimit: string;
  idleMinutes: number;
}

export interface InterpretersOptions {
  /** The sandbox of this machine; a text says why there is none. Asked until there is one. */
  findSandbox(): Promise<Sandbox | string>;
  clock: Clock;
  /** Maximum number of interpreters at a time. */
  maxSessions: number;
}

const MINUTE_MS = 60_000;

interface Held extends Interpreter {
  idleMs: number;
  lastUsedAt: number;
  /** Callers that use it or wait for it. */
  users: number;
  /** Ends when the last caller has left. */
  last: Promise<void>;
}

export class Interpreters {
  readonly #options: InterpretersOptions;
  readonly #timer: NodeJS.Timeout;
  /** All, also those that are being started. */
  readonly #held = new Map<string, Promise<Held>>();
  readonly #open = new Map<string, Held>();
  #starting = 0;
  /** Called when an interpreter is no longer used. */
  #waiting: (() => void)[] = [];
  #found: Promise<Sandbox | string> | undefined;
  #unavailable: string | undefined;

  constructor(options: InterpretersOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#sweep(), MINUTE_MS);
    this.#timer.unref();
  }

  /** Finds out whether code can run on this machine. */
  async probe(): Promise<void> {
    await this.#findSandbox();
  }

  /** Why no code can run, in sentences for the client. Undefined: it can, or `probe` was not called. */
  get unavailable(): string | undefined {
    return this.#unavailable;
  }

  /**
   * Calls `work` with the interpreter of the container, while other callers for the container wait.
   * @param work `isNew`: no code ran in it before. @throws SandboxUnavailableError, and every error of `work`.
   */
  async use<T>(
    container: InterpretedContainer,
    work: (interpreter: Interpreter, isNew: boolean) => Promise<T>,
  ): Promise<T> {
    const { interpreter, isNew } = await this.#take(container);
    const before = interpreter.last;
    const { promise, resolve } = Promise.withResolvers<void>();
    interpreter.last = promise;
    try {
      await before;
      return await work(interpreter, isNew);
    } finally {
      interpreter.users -= 1;
      interpreter.lastUsedAt = this.#options.clock.now();
      resolve();
      this.#wake();
    }
  }

  /** Ends the interpreter of a container, also while it executes code. */
  async end(containerId: string): Promise<void> {
    const interpreter = this.#open.get(containerId);
    this.#held.delete(containerId);
    this.#open.delete(containerId);
    await interpreter?.session.destroy();
    this.#wake();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.allSettled(this.#held.values());
    await Promise.all([...this.#open.keys()].map((id) => this.end(id)));
  }

  async #findSandbox(): Promise<Sandbox | string> {
    this.#found ??= this.#options.findSandbox();
    const sandbox = await this.#found;
    this.#unavailable = typeof sandbox === 'string' ? sandbox : undefined;
    if (typeof sandbox === 'string') this.#found = undefined;
    return sandbox;
  }

  /** Counts the caller as a user. */
  async #take(container: InterpretedContainer): Promise<{ interpreter: Held; isNew: boolean }> {
    const { id } = container;
    for (let existing = this.#held.get(id); existing !== undefined; existing = this.#held.get(id)) {
      const interpreter = await existing;
      if (interpreter.session.isOpen) {
        interpreter.users += 1;
        return { interpreter, isNew: false };
      }
      if (this.#held.get(id) === existing) await this.end(id);
    }
    const started = this.#start(container);
    this.#held.set(id, started);
    try {
      return { interpreter: await started, isNew: true };
    } catch (error) {
      if (this.#held.get(id) === started) this.#held.delete(id);
      throw error;
    }
  }

  async #start({ id, memoryLimit, idleMinutes }: InterpretedContainer): Promise<Held> {
    const sandbox = await this.#findSandbox();
    if (typeof sandbox === 'string') throw new SandboxUnavailableError(sandbox);
    await this.#takeRoom();
    try {
      const session = await sandbox.open(toSandboxLimits(memoryLimit));
      const use = { lastUsedAt: this.#options.clock.now(), users: 1, last: Promise.resolve() };
      const interpreter: Held = { session, fileIds: new Map(), idleMs: idleMinutes * MINUTE_MS, ...use };
      this.#open.set(id, interpreter);
      return interpreter;
    } finally {
      this.#starting -= 1;
    }
  }

  /** Waits until one more interpreter may run. */
  async #takeRoom(): Promise<void> {
    const { maxSessions } = this.#options;
    this.#starting += 1;
    for (await this.#sweep(); this.#open.size + this.#starting > maxSessions; await this.#sweep()) {
      this.#starting -= 1;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      this.#starting += 1;
    }
  }

  #wake(): void {
    const released = this.#waiting;
    this.#waiting = [];
    for (const resolve of released) resolve();
  }

  /** Ends the unused interpreters that are idle too long, and those that are idle longest above the maximum. */
  async #sweep(): Promise<void> {
    const { clock, maxSessions } = this.#options;
    const now = clock.now();
    const byUse = [...this.#open].toSorted(([, a], [, b]) => a.lastUsedAt - b.lastUsedAt);
    const unused = byUse.filter(([, { users }]) => users === 0);
    const excess = this.#open.size + this.#starting - maxSessions;
    const ended = unused.filter(([, { lastUsedAt, idleMs }], index) => index < excess || now - lastUsedAt >= idleMs);
    await Promise.all(ended.map(([id]) => this.end(id)));
  }
}
