#!/usr/bin/env node
/**
 * The `selfsame` launcher, in plain JavaScript, so that any version of Node can start it. It runs the program on this
 * Node if the version suffices, otherwise on the Node that npm installed beside it, and forwards signals and the exit
 * code.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const MIN_VERSION = [22, 18];
const here = dirname(fileURLToPath(import.meta.url));
// A published package contains compiled JavaScript; a checkout runs its TypeScript sources.
const compiled = join(here, '..', 'dist', 'cli', 'main.js');
const program = existsSync(compiled) ? compiled : join(here, '..', 'src', 'cli', 'main.ts');

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > MIN_VERSION[0] || (major === MIN_VERSION[0] && minor >= MIN_VERSION[1]);
}

function pinnedNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  try {
    const root = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    return join(root, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    return undefined;
  }
}

/** Set for the process that runOn starts. */
const LAUNCHED = 'SELFSAME_LAUNCHED';

function runOn(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [LAUNCHED]: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** Ends this process when the launcher ends, also by SIGKILL, which it cannot forward: its IPC channel closes. */
function endWithLauncher() {
  if (process.env[LAUNCHED] === undefined) return;
  delete process.env[LAUNCHED];
  // Output without a reader must not fail the process before its shutdown.
  const stop = () => {
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
    process.kill(process.pid, 'SIGTERM');
  };
  if (!process.connected) return stop();
  process.once('disconnect', stop);
  process.channel?.unref();
}

if (!isNewEnough(process.versions.node)) {
  const node = pinnedNode();
  if (node === undefined) {
    console.error(
      `selfsame needs Node ${MIN_VERSION.join('.')} or newer; this is ${process.versions.node}, and no newer one is installed beside it.`,
    );
    process.exit(1);
  }
  runOn(node);
} else {
  endWithLauncher();
  // Keeps compiled code between starts.
  module.enableCompileCache?.();
  await import(pathToFileURL(program).href);
}
