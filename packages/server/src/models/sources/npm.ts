/**
 * Source `npm:NAME@VERSION`: the archive of a package, fetched by the npm of the machine, so that its registry, proxies
 * and certificates apply. It is only downloaded; nothing of it is installed or executed.
 */
import { spawn } from 'node:child_process';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { workDirectory } from '../part-file.ts';
import { type DownloadOptions, type ModelSource, SourceError, type SourceOptions } from './source.ts';

const DEFAULT_COMMAND = ['npm'];
const OUTPUT_KEPT_CHARS = 4000;

/** Returns `NAME@VERSION`, or undefined if `reference` does not have the form of this source. */
export function parseNpmReference(reference: string): string | undefined {
  return /^npm:((?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*@\d[\w.+-]*)$/.exec(reference)?.[1];
}

export function npmSource(reference: string, spec: string, { npmCommand }: SourceOptions): ModelSource {
  return {
    reference,
    label: reference,
    // The archive in the cache of npm.
    extraBytes: (totalBytes) => totalBytes,
    async download(part, options) {
      const directory = workDirectory(part);
      await rm(directory, { recursive: true, force: true });
      await mkdir(directory, { recursive: true });
      try {
        if (options.expectedBytes !== undefined) await options.onTotal(options.expectedBytes);
        await pack(spec, { directory, command: npmCommand ?? DEFAULT_COMMAND, signal: options.signal });
        await moveArchive(directory, part, options);
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
      return {};
    },
  };
}

interface PackOptions {
  directory: string;
  command: readonly string[];
  signal: AbortSignal;
}

async function pack(spec: string, { directory, command, signal }: PackOptions): Promise<void> {
  const [program = '', ...first] = command;
  const args = [...first, 'pack', spec, '--ignore-scripts', '--pack-destination', directory];
  let output = '';
  const code = await new Promise<number | null>((resolve, reject) => {
    // On Windows npm is a batch file, which only a shell starts.
    const shell = process.platform === 'win32';
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], signal, shell, windowsHide: true });
    child.stderr.on('data', (text: Buffer) => {
      output = (output + text.toString('utf8')).slice(-OUTPUT_KEPT_CHARS);
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) reject(signal.reason as Error);
      else
        reject(
          new SourceError(error.code === 'ENOENT' ? 'npm was not found' : `npm could not be started: ${error.message}`),
        );
    });
    child.once('close', resolve);
  });
  signal.throwIfAborted();
  if (code !== 0) throw new SourceError(`npm could not download ${spec}: ${reasonOf(output)}`);
}

/** npm explains a failure in lines that begin with `npm error`; the first ones are codes. */
function reasonOf(output: string): string {
  const lines = output.split('\n').map((line) => line.replace(/^npm (?:error|ERR!)\s*/i, '').trim());
  const sentences = lines.filter((line) => line !== '' && !/^(?:code|errno|syscall|A complete log)\b/.test(line));
  return sentences[0] ?? 'it gave no reason';
}

async function moveArchive(directory: string, part: string, { onProgress }: DownloadOptions): Promise<void> {
  const archives = (await readdir(directory)).filter((name) => name.endsWith('.tgz'));
  const [archive] = archives;
  if (archive === undefined || archives.length > 1) throw new SourceError(`npm left ${archives.length} archives`);
  await rename(join(directory, archive), part);
  onProgress((await stat(part)).size);
}
