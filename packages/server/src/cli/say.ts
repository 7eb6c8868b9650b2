/**
 * `selfsame say`: a running server speaks a text into a file, which grows while the text is spoken. Invariant: a file
 * of a speech that failed does not remain.
 */
import { open, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { stderr, stdin } from 'node:process';
import { text as readText } from 'node:stream/consumers';
import { toUrl } from '../start/address.ts';
import { explain } from './read-answer.ts';
import { CommandError, readConfig, type SettingFlags } from './settings-flags.ts';

interface SayFlags extends SettingFlags {
  out: string;
  voice: string;
  model: string;
  speed: string;
  instructions?: string;
  url?: string;
  key?: string;
}

/** `response_format` by the extension of the file. */
const FORMATS: Readonly<Record<string, string>> = {
  '.mp3': 'mp3',
  '.opus': 'opus',
  '.ogg': 'opus',
  '.aac': 'aac',
  '.flac': 'flac',
  '.wav': 'wav',
  '.pcm': 'pcm',
};
const WAV_HEADER_BYTES = 44;
const PROGRESS_INTERVAL_MS = 250;

export async function say(words: readonly string[], flags: SayFlags): Promise<void> {
  const { out, voice, model, instructions, key = 'none' } = flags;
  const format = FORMATS[extname(out).toLowerCase()];
  if (format === undefined) {
    throw new CommandError(`the name of the file must end with one of ${Object.keys(FORMATS).join(', ')}: '${out}'.`);
  }
  const speed = Number(flags.speed);
  if (!Number.isFinite(speed)) throw new CommandError(`'${flags.speed}' is no speed: give a number from 0.25 to 4.`);
  const input = words.length > 0 ? words.join(' ') : await readText(stdin);
  const { config } = readConfig(flags as SettingFlags);
  const url = (flags.url ?? toUrl(config.host, config.port)).replace(/\/+$/, '');
  const response = await fetch(`${url}/v1/audio/speech`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model, voice, input, response_format: format, speed, instructions }),
  }).catch((error: Error) => {
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    throw new CommandError(`no server answers at ${url} (${reason}). Start one with \`selfsame serve\`.`);
  });
  if (!response.ok || response.body === null) throw new CommandError(await explain(response));
  const bytes = await write(response.body, out, format).catch(async (error: Error) => {
    await rm(out, { force: true });
    throw new CommandError(
      `the speech broke off: ${error.cause instanceof Error ? error.cause.message : error.message}.`,
    );
  });
  console.log(`${out}: ${bytes} bytes`);
}

/** Returns the number of bytes. */
async function write(body: AsyncIterable<Uint8Array>, out: string, format: string): Promise<number> {
  const file = await open(out, 'w');
  let bytes = 0;
  let shownAt = 0;
  try {
    for await (const chunk of body) {
      await file.appendFile(chunk);
      bytes += chunk.length;
      if (!stderr.isTTY || performance.now() - shownAt < PROGRESS_INTERVAL_MS) continue;
      shownAt = performance.now();
      stderr.write(`\r${out}: ${Math.round(bytes / 1000)} kB`);
    }
    if (stderr.isTTY) stderr.write('\r\u001b[K');
  } finally {
    await file.close();
  }
  if (format === 'wav') await writeLengths(out, bytes);
  return bytes;
}

/** The header of a streamed WAV file does not state its length. */
async function writeLengths(out: string, bytes: number): Promise<void> {
  const file = await open(out, 'r+');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes - 8);
  await file.write(length, 0, 4, 4);
  length.writeUInt32LE(bytes - WAV_HEADER_BYTES);
  await file.write(length, 0, 4, WAV_HEADER_BYTES - 4);
  await file.close();
}
