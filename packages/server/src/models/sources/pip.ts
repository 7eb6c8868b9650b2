/**
 * Runs the pip of the machine, so that its index, mirrors, proxies and certificates apply. It only downloads wheels; it
 * installs and executes nothing.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceError } from './source.ts';

const PIP_COMMANDS: readonly (readonly string[])[] = [
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['pip3'],
  ['pip'],
];
const OUTPUT_KEPT_CHARS = 8_000;
/** Exit code of `env` if the program does not exist. */
const EXIT_NOT_FOUND = 127;

export interface PipDownload {
  /** `NAME==VERSION`. */
  requirement: string;
  /** An empty directory. It also holds pip's temporary files, so its growth shows the progress. */
  directory: string;
  signal: AbortSignal;
  commands?: readonly (readonly string[])[] | undefined;
}

/** Returns the path of the wheel. Throws `SourceError` if no pip is found or pip fails, or the signal's reason. */
export async function pipDownload(options: PipDownload): Promise<string> {
  const temporary = join(options.directory, 'tmp');
  await mkdir(temporary, { recursive: true });
  const commands = options.commands ?? PIP_COMMANDS;
  for (const command of commands) {
    const outcome = await runPip(command, options, temporary);
    options.signal.throwIfAborted();
    if (outcome.missing) continue;
    if (outcome.code !== 0) throw new SourceError(explainFailure(options.requirement, outcome.output));
    return await findWheel(options.directory, options.requirement);
  }
  throw new SourceError(`pip was not found (tried ${commands.map((command) => command.join(' ')).join(', ')})`);
}

interface PipOutcome {
  missing: boolean;
  code: number | null;
  output: string;
}

function runPip(command: readonly string[], options: PipDownload, temporary: string): Promise<PipOutcome> {
  const download = ['download', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--no-input'];
  const quiet = ['--progress-bar', 'off', '--disable-pip-version-check'];
  const line = [...command, ...download, ...quiet, '-d', options.directory, options.requirement];
  // `env` sets one variable and keeps the others, which contain pip's settings.
  const [program = '', ...args] = process.platform === 'win32' ? line : ['env', `TMPDIR=${temporary}`, ...line];
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // A separate process group: `pip` may be a script around the real one, and both must be stopped.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const stop = (): void => stopGroup(child);
    if (options.signal.aborted) stop();
    options.signal.addEventListener('abort', stop, { once: true });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-OUTPUT_KEPT_CHARS);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => {
      options.signal.removeEventListener('abort', stop);
      if ('code' in error && error.code === 'ENOENT') resolve({ missing: true, code: null, output });
      else reject(new SourceError(`pip could not be started: ${error.message}`, { cause: error }));
    });
    child.once('close', (code) => {
      options.signal.removeEventListener('abort', stop);
      resolve({ missing: code === EXIT_NOT_FOUND || /No module named '?pip/.test(output), code, output });
    });
  });
}

function stopGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill();
    else process.kill(-child.pid, 'SIGTERM');
  } catch {
    // The process has just ended.
  }
}

const UNREACHABLE: readonly (readonly [sign: RegExp, words: string])[] = [
  [/Name or service not known|nodename nor servname|name resolution|getaddrinfo/i, 'the name is not known'],
  [/refused/i, 'the connection was refused'],
  [/CERTIFICATE|SSL/i, 'its certificate was not accepted'],
  [/proxy/i, 'the proxy did not let it through'],
  [/timed out|timeout/i, 'no answer in time'],
  [/unreachable|no route/i, 'there is no route to it'],
];

/**
 * pip warns of connection errors, retries, and finally reports that the package does not exist. The warnings have the
 * cause.
 */
function explainFailure(requirement: string, output: string): string {
  const broken = /after connection broken by '(.+)'/.exec(output)?.[1];
  if (broken !== undefined) {
    const words = UNREACHABLE.find(([sign]) => sign.test(broken))?.[1] ?? broken;
    return `${indexHosts(output)} could not be reached by pip (${words})`;
  }
  const lines = output.split('\n').map((line) => line.trim());
  const errors = lines.filter((line) => line.startsWith('ERROR:')).map((line) => line.slice('ERROR:'.length).trim());
  const detail = errors[0] ?? lines.findLast((line) => line !== '') ?? 'it gave no reason';
  return `pip could not download ${requirement}: ${detail}`;
}

/** pip names its indexes only if they are not the default. Only hosts, since the URLs may contain credentials. */
function indexHosts(output: string): string {
  const indexes = /Looking in indexes: (.+)/.exec(output)?.[1] ?? 'https://pypi.org/simple';
  const hosts = indexes.split(',').map((address) => URL.parse(address.trim())?.host ?? 'the package index');
  return [...new Set(hosts)].join(', ');
}

/** Path of the only wheel in `directory`. Throws `SourceError` if it has none or several. */
export async function findWheel(directory: string, requirement: string): Promise<string> {
  const wheels = (await readdir(directory)).filter((name) => name.endsWith('.whl'));
  const [wheel] = wheels;
  if (wheel === undefined || wheels.length > 1)
    throw new SourceError(`pip left ${wheels.length} wheels for ${requirement}`);
  return join(directory, wheel);
}
