/**
 * Decodes audio files of any container, sample rate and number of channels to mono samples at 16 kHz. Each file is
 * decoded by a process of its own, so that a file that breaks a codec harms no other. Invariant: the memory of this
 * process does not depend on the length of the audio; the process of the codec reads no faster than its reader.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { DECODED_RATE, type DecodeFailure, MAX_AUDIO_SECONDS, UnreadableAudio } from './decode/unreadable-audio.ts';

const MAX_PROCESSES = Math.max(2, availableParallelism());
/** Time without samples, while they are awaited, after which decoding has failed. */
const MAX_SILENCE_MS = 60_000;
const BYTES_PER_SAMPLE = 4;
const PIECE_SAMPLES = 10 * DECODED_RATE;
/** The script beside this file with the same extension: `.ts` in the repository, `.js` in the package. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/decode-audio(\.[jt]s)$/, 'decode/decode-child$1');
const BROKEN = 'could not be decoded: it is damaged, or is no audio';

const waiting: (() => void)[] = [];
let busy = 0;

/** Throws `UnreadableAudio`, or the reason of the signal. */
export async function* decodeAudio(file: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Float32Array> {
  await acquire(signal);
  let child: ChildProcess | undefined;
  try {
    signal.throwIfAborted();
    child = fork(PROGRAM, { stdio: ['pipe', 'pipe', 'ignore', 'ipc'], execArgv: [] });
    yield* readSamples(child, file, signal);
  } finally {
    child?.kill('SIGKILL');
    release();
  }
}

async function* readSamples(
  child: ChildProcess,
  file: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Float32Array> {
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('The process has no pipes.');
  let failure: string | undefined;
  child.on('message', (message: DecodeFailure) => {
    failure = message.reason;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve).once('error', () => resolve(null)));
  const abort = () => stdout.destroy(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  // A process that refuses the file does not read it to its end.
  stdin.on('error', () => undefined);
  const source = Readable.from(file, { objectMode: false });
  source.on('error', (error) => stdout.destroy(error));
  source.pipe(stdin);
  try {
    let count = 0;
    for await (const samples of toSamples(stdout)) {
      count += samples.length;
      if (count > MAX_AUDIO_SECONDS * DECODED_RATE) {
        throw new UnreadableAudio(`is longer than ${MAX_AUDIO_SECONDS / 3600} hours`);
      }
      yield samples;
    }
    const code = await ended;
    if (failure !== undefined || code !== 0) throw new UnreadableAudio(failure ?? BROKEN);
  } finally {
    signal.removeEventListener('abort', abort);
    source.destroy();
  }
}

/** Pieces of whole samples. */
async function* toSamples(stdout: Readable): AsyncGenerator<Float32Array> {
  const pieces = stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let held: Buffer[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await within(pieces.next(), () => stdout.destroy(new UnreadableAudio(BROKEN)));
    if (done !== true) {
      held.push(value);
      bytes += value.length;
    }
    if (bytes >= PIECE_SAMPLES * BYTES_PER_SAMPLE || (done === true && bytes >= BYTES_PER_SAMPLE)) {
      const joined = Buffer.concat(held);
      const whole = Math.floor(bytes / BYTES_PER_SAMPLE) * BYTES_PER_SAMPLE;
      yield new Float32Array(Uint8Array.from(joined.subarray(0, whole)).buffer);
      held = [joined.subarray(whole)];
      bytes -= whole;
    }
    if (done === true) return;
  }
}

async function within<T>(work: Promise<T>, onLate: () => void): Promise<T> {
  const timer = setTimeout(onLate, MAX_SILENCE_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

async function acquire(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (busy < MAX_PROCESSES) {
    busy += 1;
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const start = () => {
      signal.removeEventListener('abort', abort);
      resolve();
    };
    const abort = () => {
      waiting.splice(waiting.indexOf(start), 1);
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    waiting.push(start);
  });
}

function release(): void {
  const next = waiting.shift();
  if (next === undefined) busy -= 1;
  else next();
}
