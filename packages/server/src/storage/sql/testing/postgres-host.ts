/**
 * A process that runs one PostgreSQL server in a folder: `node postgres-host.ts FOLDER OWNER_PID [BIN]`. It writes
 * FOLDER/ready when the server accepts connections, or FOLDER/failed with the reason. When OWNER_PID has ended, it
 * stops the server and removes FOLDER.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { initialisePostgres, startPostgres, stopPostgres } from './postgres-binaries.ts';

const POLL_MS = 200;

const [folder = '', ownerPid = '', bin = ''] = process.argv.slice(2);
const isOwnerAlive = () => existsSync(`/proc/${ownerPid}`);

try {
  initialisePostgres(folder, bin);
  const server = await startPostgres(folder, bin);
  writeFileSync(join(folder, 'ready'), '');
  while (isOwnerAlive() && server.exitCode === null) await sleep(POLL_MS);
  await stopPostgres(server, 'SIGQUIT');
} catch (error) {
  writeFileSync(join(folder, 'failed'), String(error));
  while (isOwnerAlive()) await sleep(POLL_MS);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
