/** Translates a news article in any language to English: `node examples/news-translator/main.ts [FILE]` */
import { readFile } from 'node:fs/promises';
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
  tokens += (await stream.totalUsage()).total_tokens;
  process.stdout.write('\n\n');
}
console.error(`(${paragraphs.length} paragraphs, ${tokens} tokens)`);
await client.close();
