/**
 * Starts the `selfsame` program as a child process on a free port with a new data folder, and waits until it is ready.
 * Invariant: it does not inherit SELFSAME_* variables, and `stop()` removes the process and the folder.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

export const REPOSITORY = resolve(import.meta.dirname, '..');
const PROGRAM = join(REPOSITORY, 'packages/server/bin/selfsame.js');
const LISTENING = /serves the OpenAI API at (\S+)\/v1/;
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 10;
/** Longer than the server's grace period of 20 s. */
const STOP_TIMEOUT_MS = 30_000;

export type Settings = Readonly<Record<`SELFSAME_${string}`, string>>;

export interface StartOptions {
  /** Default: a new folder, which `stop()` removes. A given folder is kept. */
  dataDir?: string;
  /** In addition to a free port, `SELFSAME_PULL=false` and `SELFSAME_BUILT_IN=false`. */
  settings?: Settings;
  /** A GGUF file, or the data folder of an installation whose models it shares. Default: none. */
  model?: string | undefined;
  /** A file that Node loads before the program. */
  preload?: string;
  /** Waits for `/readyz` (default) or only until the server listens: without a model it never becomes ready. */
  until?: 'ready' | 'listening';
}

export interface ServerProcess {
  /** Without a path, e.g. `http://127.0.0.1:40001`. */
  url: string;
  /** The base URL of clients. */
  baseURL: string;
  pid: number;
  dataDir: string;
  /** From spawn to the first successful response, in ms. */
  startMs: number;
  stdout(): string;
  stderr(): string;
  /** Whether the process has exited. */
  ended(): boolean;
  /** Sends the signal and resolves with the exit code of the process (null after a kill). */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Stops the process, by SIGKILL if necessary, and removes its data folder. */
  stop(): Promise<void>;
}

/** Throws with the program's output if it exits or is not ready within a minute. */
export async function startServer(options: StartOptions = {}): Promise<ServerProcess> {
  const { dataDir, model, preload, settings = {}, until = 'ready' } = options;
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'selfsame-acceptance-')));
  const modelSettings = model === undefined ? {} : await provideModel(model, folder);
  const since = performance.now();
  const child = spawn(process.execPath, [PROGRAM, 'serve'], {
    env: {
      ...toEnvironment(folder, { ...modelSettings, ...settings }),
      ...(preload === undefined ? {} : { NODE_OPTIONS: `--require ${preload}` }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  const end = async (signal: NodeJS.Signals) => {
    if (!ended()) {
      const gone = once(child, 'exit');
      child.kill(signal);
      await Promise.race([gone, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
    }
    return child.exitCode;
  };
  const stop = async () => {
    await end('SIGTERM');
    await end('SIGKILL');
    if (dataDir === undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    const url = await waitForStart(child, output, until);
    return {
      url,
      baseURL: `${url}/v1`,
      pid: child.pid ?? 0,
      dataDir: folder,
      startMs: performance.now() - since,
      stdout: () => output.stdout,
      stderr: () => output.stderr,
      ended,
      end,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs a command of the program, e.g. `['keys', 'create']`, on a data folder and returns its trimmed output. */
export async function runCommand(words: readonly string[], dataDir: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...words], {
    env: toEnvironment(dataDir, {}),
  });
  return stdout.trim();
}

/** Returns the settings for a model; links the models of an installation into the data folder. */
async function provideModel(model: string, dataDir: string): Promise<Settings> {
  if (model.endsWith('.gguf')) return { SELFSAME_MODELS: resolve(model) };
  await symlink(resolve(model, 'models'), join(dataDir, 'models'));
  return {};
}

function toEnvironment(dataDir: string, settings: Settings): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SELFSAME_'));
  return {
    ...Object.fromEntries(inherited),
    SELFSAME_DATA_DIR: dataDir,
    SELFSAME_PORT: '0',
    SELFSAME_PULL: 'false',
    SELFSAME_BUILT_IN: 'false',
    ...settings,
  };
}

async function waitForStart(
  child: ChildProcess,
  output: { stdout: string; stderr: string },
  until: 'ready' | 'listening',
): Promise<string> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(
        `selfsame serve ended with ${child.exitCode ?? child.signalCode}:\n${output.stdout}${output.stderr}`,
      );
    }
    const url = LISTENING.exec(output.stdout)?.[1];
    if (url !== undefined && (until === 'listening' || (await isReady(url)))) return url;
    await sleep(POLL_MS);
  }
  throw new Error(`selfsame serve is not ${until} after ${START_TIMEOUT_MS} ms:\n${output.stdout}${output.stderr}`);
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/readyz`);
  await response.arrayBuffer();
  return response.ok;
}
