/**
 * Writes down a recorded meeting in its own language and in English:
 * `node examples/meeting-transcriber/main.ts [FILE]`. Exit status 69 if the server does not serve audio.
 */
import { join } from 'node:path';
import { NotFoundError, Selfsame } from '@selfsame/client';

const EX_UNAVAILABLE = 69;
const client = new Selfsame(
  { auth: { token: process.env['OPENAI_API_KEY'] ?? 'none needed on this machine' }, timeout: 300 },
  process.env['OPENAI_BASE_URL'] ?? 'http://localhost:8642/v1',
);

/** `0:07` */
const toTime = (seconds: number) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

interface Transcript {
  text: string;
  language?: string;
  segments?: readonly { start: number; text: string }[];
}

function print(title: string, transcript: Transcript | string): void {
  const { text, segments = [] } = typeof transcript === 'string' ? { text: transcript } : transcript;
  console.log(`${title}:`);
  if (segments.length === 0) console.log(text);
  for (const { start, text: words } of segments) console.log(`${toTime(start)} ${words.trim()}`);
}

const path = process.argv[2] ?? join(import.meta.dirname, 'meeting.de.wav');
const request = { file: { path, type: 'audio/wav' }, model: 'whisper-1', response_format: 'verbose_json' } as const;
try {
  const transcription: Transcript | string = await client.audio.transcriptions.create(request);
  const language = typeof transcription === 'string' ? undefined : transcription.language;
  print(`Transcript (${language ?? 'language unknown'})`, transcription);
  print('Translation', await client.audio.translations.create(request));
} catch (error) {
  if (!(error instanceof NotFoundError && error.code === 'not_served')) throw error;
  console.error(`The server does not serve audio: ${error.message} (${error.code})`);
  process.exitCode = EX_UNAVAILABLE;
} finally {
  await client.close();
}
