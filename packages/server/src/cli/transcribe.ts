/**
 * `selfsame transcribe`: a running server writes down an audio file. Text is printed while later audio is still being
 * transcribed; other formats are printed when they are complete.
 */
import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { stderr, stdout } from 'node:process';
import { toUrl } from '../start/address.ts';
import { explain, readEvents } from './read-answer.ts';
import { CommandError, readConfig, type SettingFlags } from './settings-flags.ts';

interface TranscribeFlags extends SettingFlags {
  format: string;
  model: string;
  language?: string;
  prompt?: string;
  translate?: true;
  url?: string;
  key?: string;
}

const FORMATS = ['text', 'srt', 'vtt', 'json', 'verbose_json'];
const PROGRESS_INTERVAL_MS = 1000;

export async function transcribe(path: string, flags: TranscribeFlags): Promise<void> {
  const { format, model, language, prompt, translate = false, key = 'none' } = flags;
  if (!FORMATS.includes(format)) {
    throw new CommandError(`'${format}' is no format of a transcript: give one of ${FORMATS.join(', ')}.`);
  }
  if (translate && language !== undefined) throw new CommandError('a translation detects the language itself.');
  const file = await openFile(path);
  const { config } = readConfig(flags as SettingFlags);
  const url = (flags.url ?? toUrl(config.host, config.port)).replace(/\/+$/, '');
  const streams = format === 'text' && !translate;
  const form = new FormData();
  form.set('file', file, basename(path));
  const fields = { model, language, prompt, response_format: format, stream: streams ? 'true' : undefined };
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.set(name, value);
  const stopProgress = showProgress(basename(path));
  try {
    const response = await fetch(`${url}/v1/audio/${translate ? 'translations' : 'transcriptions'}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: form,
    }).catch((error: Error) => {
      const reason = error.cause instanceof Error ? error.cause.message : error.message;
      throw new CommandError(`no server answers at ${url} (${reason}). Start one with \`selfsame serve\`.`);
    });
    if (!response.ok) throw new CommandError(await explain(response));
    if (streams) await printDeltas(response, stopProgress);
    else {
      const text = await response.text();
      stopProgress();
      stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    }
  } finally {
    stopProgress();
  }
}

async function openFile(path: string): Promise<Blob> {
  try {
    return await openAsBlob(path);
  } catch (error) {
    throw new CommandError(`'${path}' cannot be read: ${(error as Error).message}.`);
  }
}

async function printDeltas(response: Response, stopProgress: () => void): Promise<void> {
  for await (const data of readEvents(response)) {
    const event = JSON.parse(data) as { delta?: string; error?: { message: string } };
    stopProgress();
    if (event.error !== undefined) throw new CommandError(event.error.message);
    stdout.write(event.delta ?? '');
  }
  stdout.write('\n');
}

/** Shows on a terminal that the server works. Returns the function that removes the line, which is idempotent. */
function showProgress(name: string): () => void {
  if (!stderr.isTTY) return () => undefined;
  const startedAt = performance.now();
  const timer = setInterval(() => {
    stderr.write(`\r${name}: ${Math.round((performance.now() - startedAt) / 1000)} s`);
  }, PROGRESS_INTERVAL_MS);
  let isShown = true;
  return () => {
    clearInterval(timer);
    if (isShown) stderr.write('\r\u001b[K');
    isShown = false;
  };
}
