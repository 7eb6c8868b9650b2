/** Every file in examples/ runs as it is against the server, and prints an answer. */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from './server.ts';
import { scripted, target } from './target.ts';

const EXAMPLES = join(REPOSITORY, 'examples');
const QUESTION = 'Say "hello" to the café \\ bar.';
/** Run by completions.acceptance.ts, embeddings.acceptance.ts and python.acceptance.ts. */
const ELSEWHERE = ['completions.ts', 'embeddings.ts', 'python/chat.py'];
const run = promisify(execFile);

async function output(program: string, file: string): Promise<string> {
  const env = { ...process.env, OPENAI_BASE_URL: target.baseURL, OPENAI_API_KEY: target.apiKey };
  const { stdout } = await run(program, [join(EXAMPLES, file), QUESTION], { env, cwd: REPOSITORY });
  return stdout.trim();
}

describe('examples', () => {
  const files = ['chat.ts', 'stream.ts'];

  it.each(files)('%s prints the answer', async (file) => {
    const text = await output(process.execPath, file);
    expect(text).not.toBe('');
    if (scripted) expect(text).toBe(QUESTION);
  });

  it('curl.sh prints the models, an answer and a stream', async () => {
    const lines = (await output('sh', 'curl.sh')).split('\n').filter((line) => line !== '');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ object: 'list' });
    const answer = JSON.parse(lines[1] ?? '');
    expect(answer).toMatchObject({ object: 'chat.completion' });
    if (scripted) expect(answer.choices[0].message.content).toBe(QUESTION);
    expect(lines[2]).toMatch(/^data: \{.*"chat\.completion\.chunk"/);
    expect(lines.at(-1)).toBe('data: [DONE]');
  });

  it('are all of them run: here, or by the file about their client or resource', async () => {
    const found = (await readdir(EXAMPLES, { recursive: true })).filter((name) => /\.(ts|sh|py)$/.test(name));
    expect(found.sort()).toEqual([...files, 'curl.sh', ...ELSEWHERE].sort());
  });
});
