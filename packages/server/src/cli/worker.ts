/** `selfsame worker`: runs jobs beside a server that shares the database, and stops on SIGINT or SIGTERM. */
import { startWorker } from '../start/worker.ts';
import { VERSION } from '../version.ts';
import { createLog } from './create-log.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';
import { stopOnSignal } from './stop-on-signal.ts';

export async function worker(flags: SettingFlags): Promise<void> {
  const { config } = readConfig(flags);
  const { log, release } = createLog(config.logLevel);
  const running = await startWorker(config, log);
  console.log(`selfsame ${VERSION} runs jobs, ${config.jobPlaces} at once per queue`);
  release();
  stopOnSignal(running);
}
