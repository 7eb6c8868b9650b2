/** The programs in the folders of `examples/`, which use `@selfsame/client`, run unchanged against the server. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Selfsame } from '@selfsame/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPOSITORY } from './server.ts';
import { scripted, target } from './target.ts';

/** Exit status of a program that needs an operation which is not served. */
const EX_UNAVAILABLE = 69;
const EXAMPLES = join(REPOSITORY, 'examples');
const TIMEOUT_MS = 300_000;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-use-cases-'));
});

afterAll(() => rm(folder, { recursive: true }));

function runProgram(name: string, ...words: string[]) {
  const env = { ...process.env, OPENAI_BASE_URL: target.baseURL, OPENAI_API_KEY: target.apiKey };
  const file = join(EXAMPLES, name, 'main.ts');
  // In a folder of its own, because a program may write files.
  const { stdout, stderr, status } = spawnSync(process.execPath, [file, ...words], {
    env,
    cwd: folder,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  return { stdout, stderr, status };
}

/** A question for the scripted engine, which makes the calls and then echoes the output of the last. */
const calling = (question: string, ...calls: { name: string; arguments: object }[]) =>
  `@script ${JSON.stringify({ calls })}\n${question}`;

const of = (month: string, category: string) => ({ month, category });

/** The newest assistants, vector stores and files. */
async function listObjects(): Promise<string[]> {
  const { assistants, vectorStores, files } = new Selfsame({ auth: { token: target.apiKey } }, target.baseURL);
  const pages = await Promise.all([assistants.list(), vectorStores.list(), files.list({ limit: 20 })]);
  return pages.flatMap(({ data }) => data.map(({ id }) => id));
}

describe('use cases', () => {
  it('the news translator prints an answer for each paragraph of the article', { timeout: TIMEOUT_MS }, async () => {
    const { stdout, stderr, status } = runProgram('news-translator');
    expect(stderr).toMatch(/^\(4 paragraphs, \d+ tokens\)\n$/);
    expect(status).toBe(0);
    expect(stdout.trim()).not.toBe('');
    const article = await readFile(join(EXAMPLES, 'news-translator/article.fr.txt'), 'utf8');
    if (scripted) expect(stdout.trim()).toBe(article.trim());
  });

  it.runIf(scripted)('the news translator speaks the translation into an audio file', async () => {
    const article = join(EXAMPLES, 'news-translator/article.fr.txt');
    const { stderr, status } = runProgram('news-translator', article, 'news.mp3');
    expect(stderr).toContain('(news.mp3: 4 paragraphs)');
    expect(status).toBe(0);
    const audio = await readFile(join(folder, 'news.mp3'));
    expect(audio.toString('latin1', 0, 3)).toBe('ID3');
    expect(audio.length).toBeGreaterThan(10_000);
  });

  it.runIf(scripted)('the financial assistant answers with sums of its functions', () => {
    const { stdout, stderr, status } = runProgram(
      'financial-assistant',
      calling('Groceries?', { name: 'total_expenses', arguments: of('2026-10', 'groceries') }),
      calling('Leisure?', { name: 'remaining_budget', arguments: of('2026-10', 'leisure') }),
      calling('Taxes?', { name: 'total_expenses', arguments: of('2026-10', 'taxes') }),
    );
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const answers = stdout.split('\n').filter((line) => line.startsWith('completed: '));
    expect(answers).toEqual([
      // 102.35 + 64.80 + 119.20 + 97.65
      'completed: Expenses for groceries in 2026-10: 384.00',
      // 90 − (84.00 + 31.50)
      'completed: Left for leisure in 2026-10: -25.50',
      'completed: There is no category taxes; those are rent, groceries, electricity, phone, leisure.',
    ]);
  });

  it.runIf(scripted)('the financial assistant answers from the price list', () => {
    const search = { name: 'file_search', arguments: { query: 'cheaper phone plan with 8 GB of data' } };
    const { stdout, stderr, status } = runProgram('financial-assistant', calling('A cheaper phone plan?', search));
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toContain('Nordfon Light costs 11.50 per month');
  });

  it('the financial assistant answers its questions and deletes its objects', { timeout: TIMEOUT_MS }, async () => {
    const before = await listObjects();
    const { stdout, stderr, status } = runProgram('financial-assistant');
    expect(await listObjects()).toEqual(before);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout.match(/^> /gm)).toHaveLength(3);
    // A small model may end at its limit of tokens.
    expect(stdout).toMatch(/^(completed|incomplete): ./m);
  });

  it.runIf(scripted)('the meeting transcriber prints the transcript and its translation', () => {
    const { stdout, stderr, status } = runProgram('meeting-transcriber');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    // The scripted engine writes down pitches, and translates by naming their unit.
    expect(stdout).toMatch(/^Transcript \(english\):\n(\d:\d\d [\d ]+\n)+Translation:\n(\d:\d\d [\d hertz]+\n)+$/);
  });

  it('the marketing image generator writes a prompt and reports that the server does not serve images', () => {
    const { stdout, stderr, status } = runProgram('marketing-images');
    expect(stdout).toMatch(/^Prompt: .*\n$/s);
    expect(status).toBe(EX_UNAVAILABLE);
    expect(stderr).toMatch(/^The server does not serve images: 404 .*\/v1\/images\/generations.* \(not_served\)\n$/);
  });

  it('a use case ends with another exit status for any other error', () => {
    const { stderr, status } = runProgram('meeting-transcriber', 'no-such-file.wav');
    expect(status).toBe(1);
    expect(stderr).toContain('no-such-file.wav');
  });
});
