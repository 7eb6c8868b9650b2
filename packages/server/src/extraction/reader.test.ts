import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createExtractor } from './extract.ts';
import { EXTRACTION_LIMITS } from './limits.ts';

/** Process ids of the readers that this process has started. */
function readerPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        return (
          Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('reader-program')
        );
      } catch {
        return false;
      }
    });
}

it.runIf(process.platform === 'linux')(
  'kills a reader that is stopped, reports an error of the server, and reads the next file',
  async () => {
    const extract = createExtractor({ ...EXTRACTION_LIMITS, stalledMs: 1000 });
    const earlier = new Set(readerPids());
    const source = (text: string, stopsReader = false) => ({
      filename: 'a.txt',
      contentType: '',
      bytes: text.length,
      async *open() {
        for (const pid of stopsReader ? readerPids() : []) if (!earlier.has(pid)) process.kill(pid, 'SIGSTOP');
        yield Buffer.from(text);
      },
    });
    const options = { signal: new AbortController().signal };
    // The first file starts the process.
    expect(await extract(source('one'), options)).toMatchObject({ sections: [{ text: 'one' }] });
    await expect(extract(source('two', true), options)).rejects.toMatchObject({ code: 'server_error' });
    expect(await extract(source('three'), options)).toMatchObject({ sections: [{ text: 'three' }] });
  },
);
