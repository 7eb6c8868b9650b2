/**
 * Translates a news article in any language to English, and reads it out into an audio file if one is named:
 * `node examples/news-translator/main.ts [FILE [AUDIO.mp3]]`
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Selfsame } from '@selfsame/client';

const client = new Selfsame(
  { auth: { token: process.env['OPENAI_API_KEY'] ?? 'none needed on this machine' }, timeout: 300 },
  process.env['OPENAI_BASE_URL'] ?? 'http://localhost:8642/v1',
);
const INSTRUCTIONS = `You translate news to English.
Keep names, numbers and quotations. Reply with the translation only.`;

const path = process.argv[2] ?? join(import.meta.dirname, 'article.fr.txt');
const paragraphs = (await readFile(path, 'utf8'))
  .split(/\n\s*\n/)
  .map((text) => text.trim())
  .filter((text) => text !== '');

let tokens = 0;
const translated: string[] = [];
// One request per paragraph: articles of any length fit a small context.
for (const content of paragraphs) {
  const stream = client.chat.completions
    .stream({
      model: 'gpt-4o-mini',
      messages: [
        { role: 'system', content: INSTRUCTIONS },
        { role: 'user', content },
      ],
      temperature: 0,
      max_completion_tokens: 1024,
      stream_options: { include_usage: true },
    })
    .on('content', (delta) => process.stdout.write(delta));
  translated.push((await stream.finalContent()) ?? '');
  tokens += (await stream.totalUsage()).total_tokens;
  process.stdout.write('\n\n');
}
console.error(`(${paragraphs.length} paragraphs, ${tokens} tokens)`);

const audio = process.argv[3];
if (audio !== undefined) {
  const parts: Buffer[] = [];
  // One request per paragraph: a request speaks at most 4,096 characters. MP3 files can be joined.
  for (const input of translated.filter((text) => text.trim() !== '')) {
    const speech = await client.audio.speech.create({ model: 'tts-1', voice: 'fable', input });
    parts.push(Buffer.from(await speech.arrayBuffer()));
  }
  await writeFile(audio, Buffer.concat(parts));
  console.error(`(${audio}: ${parts.length} paragraphs)`);
}
await client.close();
