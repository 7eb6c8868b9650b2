/**
 * Decodes what libav.js does not: AAC, in MP4 files or alone, and MPEG program streams, with the FFmpeg of
 * `@napi-rs/whisper`. It decodes whole files, so memory grows with the length of the audio.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnreadableAudio } from './unreadable-audio.ts';

/** Samples of a piece, so that the reader can start before the end. */
const PIECE_SAMPLES = 160_000;

/** Whether the file is an MP4 file, an MPEG program stream, or bare AAC. */
export function needsNativeCodec(file: Buffer): boolean {
  const isMp4 = file.toString('latin1', 4, 8) === 'ftyp';
  const isProgramStream = file.length >= 4 && file.readUInt32BE() === 0x1ba;
  const isAac = file.length >= 2 && (file.readUInt16BE() & 0xfff6) === 0xfff0;
  return isMp4 || isProgramStream || isAac;
}

export async function* decodeNatively(file: Buffer): AsyncGenerator<Float32Array> {
  const { AVLogLevel, splitAudioFromVideo } = await import('@napi-rs/whisper').catch(() => {
    throw new UnreadableAudio(
      'holds AAC or MPEG, for which this platform has no decoder; use mp3, flac, ogg, wav or webm',
    );
  });
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-audio-'));
  let samples: Float32Array;
  try {
    const path = join(folder, 'audio');
    writeFileSync(path, file);
    samples = splitAudioFromVideo(path, AVLogLevel.Quiet);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (let at = 0; at < samples.length; at += PIECE_SAMPLES) yield samples.subarray(at, at + PIECE_SAMPLES);
}
