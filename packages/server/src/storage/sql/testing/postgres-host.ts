/**
 * A process that owns one PostgreSQL server in a folder of its own: `node postgres-host.ts FOLDER OWNER_PID [BIN]`. It writes FOLDER/ready when
 * the server answers (FOLDER/failed with the reason when it will not), and ends the server and removes FOLDER when OWNER_PID is gone.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { initialisePostgres, startPostgres, stopPostgres } from './postgres-binaries.ts';

const LOOK_MS = 200;

const [folder = '', ownerPid = '', bin = ''] = process.argv.slice(2);
const ownerLives = () => existsSync(`/proc/${ownerPid}`);

try {
  initialisePostgres(folder, bin);
  const server = await startPostgres(folder, bin);
  writeFileSync(join(folder, 'ready'), '');
  while (ownerLives() && server.exitCode === null) await sleep(LOOK_MS);
  await stopPostgres(server, 'SIGQUIT');
} catch (error) {
  writeFileSync(join(folder, 'failed'), String(error));
  while (ownerLives()) await sleep(LOOK_MS);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
