/** The program of the child process: receives one file per message and sends its text in pieces. */
import { ExtractionError } from './extraction-error.ts';
import type { FromReader, ReadMessage } from './messages.ts';
import { readSections } from './read-sections.ts';
import { TextSender } from './text-sender.ts';

async function read(message: ReadMessage): Promise<FromReader> {
  try {
    const sender = new TextSender(send, message.limits.textCharacters);
    const hooks = {
      scanning: () => send({ type: 'scanning' }),
      warn: (warning: string) => send({ type: 'warning', message: warning }),
    };
    for await (const section of readSections(message, hooks)) await sender.send(section);
    await sender.finish();
    return { type: 'done' };
  } catch (error) {
    if (error instanceof ExtractionError) return { type: 'failed', code: error.code, message: error.message };
    if (error instanceof RangeError && /call stack/.test(error.message)) {
      return { type: 'failed', code: 'invalid_file', message: 'The document has too many parts inside each other.' };
    }
    const message = error instanceof Error ? error.message : String(error);
    return { type: 'failed', code: 'server_error', message: `The file could not be read: ${message}` };
  }
}

/**
 * Resolves when the parent has received the message, so that a slow parent slows down reading instead of filling
 * memory.
 */
function send(message: FromReader): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error: Error | null) =>
      error === null ? resolve() : reject(error),
    );
  });
}

// Libraries leave rejected promises behind that do not affect the result. An uncaught error ends the process, which the
// parent reports.
process.on('unhandledRejection', () => undefined);
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// A terminal sends these signals to the whole process group; only the parent ends this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('message', (message: ReadMessage) => void read(message).then(send));
