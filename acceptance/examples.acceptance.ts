/** Every file in examples/ runs unchanged against the server and prints an answer. */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from './server.ts';
import { scripted, target } from './target.ts';

const EXAMPLES = join(REPOSITORY, 'examples');
const QUESTION = 'Say "hello" to the café \\ bar.';
/**
 * Run by completions.acceptance.ts, embeddings.acceptance.ts and python.acceptance.ts, and programs with their modules
 * by use-cases.acceptance.ts. The unit tests of the sandbox run sandbox-server.
 */
const ELSEWHERE = [
  'completions.ts',
  'embeddings.ts',
  'python/chat.py',
  'financial-assistant/ledger.ts',
  'financial-assistant/main.ts',
  'marketing-images/main.ts',
  'meeting-transcriber/main.ts',
  'news-translator/main.ts',
  'sandbox-server/main.ts',
  'sandbox-server/server.ts',
];
const run = promisify(execFile);

async function output(program: string, file: string): Promise<string> {
  const env = { ...process.env, OPENAI_BASE_URL: target.baseURL, OPENAI_API_KEY: target.apiKey };
  const { stdout } = await run(program, [join(EXAMPLES, file), QUESTION], { env, cwd: REPOSITORY });
  return stdout.trim();
}

describe('examples', () => {
  const files = ['chat.ts', 'stream.ts'];

  it.each(files)('the example %s prints the answer', async (file) => {
    const text = await output(process.execPath, file);
    expect(text).not.toBe('');
    if (scripted) expect(text).toBe(QUESTION);
  });

  const printing: Readonly<Record<string, RegExp>> = {
    'tools.ts': /^get_weather\(\{[\s\S]*\}\)/,
    'files.ts': /^file-\w+ library\.txt 64 bytes\n[\s\S]*closed on Mondays[\s\S]*\ndeleted$/,
    'uploads.ts': /^completed file-\w+ 47 bytes$/,
    'vector-stores.ts': /^completed \d+ bytes\ntown\.txt \d\.\d+ The library opens/,
    'assistants.ts': /^(completed|incomplete) \d+ tokens\nuser: When does the library open\?/,
    'batches.ts': /^completed 2 of 2\nrequest-0 .*\S/,
    'models.ts': /^\S+ \S+/,
    'stored-completions.ts': /^found .*\S/,
  };

  it.each(Object.keys(printing))('the example %s prints its result', async (file) => {
    expect(await output(process.execPath, file)).toMatch(printing[file] ?? /./);
  });

  it('the example curl.sh prints the models, an answer and a stream', async () => {
    const lines = (await output('sh', 'curl.sh')).split('\n').filter((line) => line !== '');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ object: 'list' });
    const answer = JSON.parse(lines[1] ?? '');
    expect(answer).toMatchObject({ object: 'chat.completion' });
    if (scripted) expect(answer.choices[0].message.content).toBe(QUESTION);
    expect(lines[2]).toMatch(/^data: \{.*"chat\.completion\.chunk"/);
    expect(lines.at(-1)).toBe('data: [DONE]');
  });

  it('every example runs in this file or in that of its client or resource', async () => {
    const found = (await readdir(EXAMPLES, { recursive: true })).filter((name) => /\.(ts|sh|py)$/.test(name));
    expect(found.sort()).toEqual([...files, ...Object.keys(printing), 'curl.sh', ...ELSEWHERE].sort());
  });
});
