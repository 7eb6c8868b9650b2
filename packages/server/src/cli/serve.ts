/** `selfsame serve`: starts the server, prints the banner, and stops on SIGINT or SIGTERM. */
import { type RunningServer, startServer } from '../start/server.ts';
import { VERSION } from '../version.ts';
import { createLog } from './create-log.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';
import { stopOnSignal } from './stop-on-signal.ts';

export async function serve(flags: SettingFlags): Promise<void> {
  const { config } = readConfig(flags);
  const { log, release } = createLog(config.logLevel);
  const server = await startServer(config, log);
  console.log(banner(server));
  void announceModels(server);
  release();
  stopOnSignal(server);
}

function banner(server: RunningServer): string {
  return [
    `selfsame ${VERSION} serves the OpenAI API at ${server.url}/v1`,
    server.keyRequired
      ? '  API key   required (`selfsame keys list`)'
      : '  API key   none needed on this machine (any value will do)',
  ].join('\n');
}

const PROGRESS_MS = 1000;

/** Prints which model of each kind answers, and the progress of its pull until then. */
async function announceModels(server: RunningServer): Promise<void> {
  const said = new Map<string, string>();
  const say = () => {
    for (const { kind, text } of server.supply.describe()) {
      if (said.get(kind) !== text) console.log(`  ${kind.padEnd(9)} ${text}`);
      said.set(kind, text);
    }
  };
  say();
  const progress = setInterval(say, PROGRESS_MS);
  await server.supply.settled;
  clearInterval(progress);
  say();
}
