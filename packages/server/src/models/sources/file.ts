/** Source `file:/path` or a plain path: a file on this machine, copied into the model directory. */
import { createReadStream } from 'node:fs';
import { access, constants, open, stat } from 'node:fs/promises';
import { cutPart, writeJournal } from '../part-file.ts';
import { type DownloadOptions, type ModelSource, SourceError } from './source.ts';

export function fileSource(reference: string, path: string): ModelSource {
  return {
    reference,
    label: reference,
    extraBytes: () => 0,
    async download(part, options) {
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) throw new SourceError(`${path} does not exist or cannot be read`);
      if (!found.isFile()) throw new SourceError(`${path} is not a file`);
      await access(path, constants.R_OK).catch(() => {
        throw new SourceError(`${path} may not be read by this user`);
      });
      if (options.expectedBytes !== undefined && found.size !== options.expectedBytes) {
        throw new SourceError(`${path} has ${found.size} bytes instead of ${options.expectedBytes}`);
      }
      await options.onTotal(found.size);
      await cutPart(part, 0);
      await writeJournal(part, { source: reference });
      await copy(path, part, options);
      return {};
    },
  };
}

async function copy(path: string, part: string, options: DownloadOptions): Promise<void> {
  const target = await open(part, 'a');
  let received = 0;
  try {
    for await (const chunk of createReadStream(path, { signal: options.signal }) as AsyncIterable<Buffer>) {
      await target.appendFile(chunk);
      received += chunk.length;
      options.onProgress(received);
    }
  } catch (error) {
    options.signal.throwIfAborted();
    throw error;
  } finally {
    await target.close();
  }
}
