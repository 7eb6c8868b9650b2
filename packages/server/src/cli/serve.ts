/** `selfsame serve`: starts the server, prints the banner, and stops on SIGINT or SIGTERM. */
import pino from 'pino';
import { type RunningServer, startServer } from '../start/server.ts';
import { VERSION } from '../version.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';

export async function serve(flags: SettingFlags): Promise<void> {
  const { config } = readConfig(flags);
  const log = pino({ level: config.logLevel, base: null }, pino.destination({ fd: 2, sync: false }));
  const server = await startServer(config, log);
  console.log(banner(server));
  void announceModel(server);
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

/** Says which model answers, once that is settled; until then, how far its pull is. */
async function announceModel(server: RunningServer): Promise<void> {
  let said: string | undefined;
  const progress = setInterval(() => {
    const reason = server.supply.notReady();
    if (reason !== undefined && reason !== said) console.log(`  chat      ${reason}`);
    said = reason;
  }, PROGRESS_MS);
  await server.supply.settled;
  clearInterval(progress);
  console.log(answering(server));
}

/** Which model really answers, and as what it is known. */
function answering({ registry, supply }: RunningServer): string {
  const [first] = registry.list();
  if (first === undefined) return `  chat      no model: ${supply.notReady() ?? 'none is here'}`;
  return `  chat      ${first.id} answers: ${first.label}`;
}

function stopOnSignal(server: RunningServer): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    // A second signal means "now".
    if (stopping) process.exit(1);
    stopping = true;
    console.error(`${signal}: finishing what is running (again to stop at once)`);
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
