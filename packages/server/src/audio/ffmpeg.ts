/** Encodes AAC with the ffmpeg of the machine, a separate program: its encoder has no permissive implementation. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { EncodeOptions } from './audio-encoder.ts';

const PROGRAM = 'ffmpeg';
const STDERR_CHARS = 400;

let found: Promise<boolean> | undefined;

/** Asks once per process. */
export function hasFfmpeg(): Promise<boolean> {
  found ??= new Promise((resolve) => {
    const child = spawn(PROGRAM, ['-version'], { stdio: 'ignore', windowsHide: true });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
  return found;
}

export async function* encodeWithFfmpeg(
  samples: AsyncIterable<Int16Array>,
  { sampleRate, signal }: EncodeOptions,
): AsyncGenerator<Uint8Array> {
  const input = ['-f', 's16le', '-ar', String(sampleRate), '-ac', '1', '-i', 'pipe:0'];
  const child = spawn(PROGRAM, ['-v', 'error', ...input, '-c:a', 'aac', '-f', 'adts', 'pipe:1'], { windowsHide: true });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => {
    stderr = (stderr + text.toString('utf8')).slice(-STDERR_CHARS);
  });
  const exit = once(child, 'exit');
  let failure: unknown;
  const feed = async () => {
    for await (const part of samples) {
      const isFull = !child.stdin.write(Buffer.from(part.buffer, part.byteOffset, part.byteLength));
      if (isFull) await once(child.stdin, 'drain', { signal });
    }
    child.stdin.end();
  };
  child.stdin.on('error', () => undefined);
  const feeding = feed().catch((error: unknown) => {
    failure = error;
    child.kill('SIGKILL');
  });
  try {
    for await (const bytes of child.stdout) yield bytes as Buffer;
    await feeding;
    if (failure !== undefined) throw failure;
    const [code] = await exit;
    if (code !== 0) throw new Error(`ffmpeg ended with code ${code}: ${stderr.trim()}`);
  } finally {
    child.kill('SIGKILL');
  }
}
