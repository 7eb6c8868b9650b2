/** The program that decodes one file: reads it from its input, writes 32-bit samples to its output. */
import { decodeWithLibav } from './libav-decoder.ts';
import { decodeNatively, needsNativeCodec } from './native-codec.ts';
import { type DecodeFailure, UnreadableAudio } from './unreadable-audio.ts';

const NOT_AUDIO = 'could not be decoded: it is damaged, or is no audio of a known format';

async function readInput(): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function write(samples: Float32Array): Promise<void> {
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  if (process.stdout.write(bytes)) return;
  await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
}

async function decode(): Promise<void> {
  const file = await readInput();
  if (file.length === 0) throw new UnreadableAudio('is empty');
  const samples = needsNativeCodec(file) ? decodeNatively(file) : decodeWithLibav(file);
  let isEmpty = true;
  for await (const piece of samples) {
    isEmpty &&= piece.length === 0;
    await write(piece);
  }
  if (isEmpty) throw new UnreadableAudio('holds no sound');
}

const onOrphaned = () => process.kill(process.pid, 'SIGKILL');
process.on('disconnect', onOrphaned);
try {
  await decode();
  process.off('disconnect', onOrphaned);
  process.stdout.end(() => process.exit(0));
} catch (error) {
  const failure: DecodeFailure = { reason: error instanceof UnreadableAudio ? error.message : NOT_AUDIO };
  process.exitCode = 1;
  process.send?.(failure, () => process.exit(1));
}
