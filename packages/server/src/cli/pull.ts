/** `selfsame pull [model]`: the starter set, a catalogue id, or a reference. Progress on one line of a terminal, in steps in a log. */
import { type PullProgress, pullReference } from '../start/pull.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';

const STEP_PERCENT = 10;

export async function pull(reference: string | undefined, flags: SettingFlags): Promise<void> {
  const { config } = readConfig(flags);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Error('interrupted; the next pull goes on from here')));
  const pulled = await pullReference(reference, config, {
    signal: stop.signal,
    onProgress: createProgressLine(),
    log: { warn: (line) => console.error(line) },
  });
  for (const { id, path, alreadyThere } of pulled)
    console.log(`${id} is ${alreadyThere ? 'here already' : 'here'}: ${path}`);
}

function createProgressLine(): (event: PullProgress) => void {
  let lastStep = -1;
  return ({ phase, source, receivedBytes, totalBytes }) => {
    const percent = totalBytes === 0 ? 0 : Math.floor((100 * receivedBytes) / totalBytes);
    const text = `${phase} ${source}: ${(receivedBytes / 1e6).toFixed(1)} of ${(totalBytes / 1e6).toFixed(1)} MB (${percent} %)`;
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\u001b[K${text}${phase === 'done' ? '\n' : ''}`);
    } else if (Math.floor(percent / STEP_PERCENT) !== lastStep) {
      lastStep = Math.floor(percent / STEP_PERCENT);
      process.stderr.write(`${text}\n`);
    }
  };
}
