/** The program of the encoding process. Requests are processed one after the other. */
import { LibavEncodings } from './libav-encodings.ts';
import type { FromLibav, ToLibav } from './protocol.ts';

const encodings = new LibavEncodings();
const send = (message: FromLibav): void => void process.send?.(message);
let last: Promise<void> = Promise.resolve();

process.on('message', (message: ToLibav) => {
  last = last.then(() => handle(message));
});
process.on('disconnect', () => process.exit(0));

async function handle(message: ToLibav): Promise<void> {
  const { type, id } = message;
  try {
    if (type === 'cancel') await encodings.close(id);
    else if (type === 'open') {
      await encodings.open(id, message);
      send({ type: 'bytes', id, bytes: new Uint8Array() });
    } else {
      const bytes = type === 'samples' ? await encodings.add(id, message.samples) : await encodings.finish(id);
      send({ type: 'bytes', id, bytes });
    }
  } catch (error) {
    await encodings.close(id).catch(() => undefined);
    send({ type: 'failed', id, message: error instanceof Error ? error.message : String(error) });
  }
}
