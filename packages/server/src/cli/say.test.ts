import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readAudioFacts } from '../audio/testing/audio-facts.ts';
import { startTestServer, type TestServer } from '../start/testing/test-server.ts';
import { runProgram } from './testing/run-program.ts';

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await startTestServer();
  folder = await mkdtemp(join(tmpdir(), 'selfsame-say-'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const say = (words: string[], input = '') => runProgram(['say', '--url', server.url, ...words], { input });

it.each([
  ['speech.mp3', 'mp3'],
  ['speech.ogg', 'ogg opus'],
  ['speech.flac', 'flac'],
  ['speech.wav', 'wav'],
])('selfsame say writes %s in the format of its extension', { timeout: 30_000 }, async (name, format) => {
  const out = join(folder, name);
  const ended = await say(['--out', out, 'One', 'two three.']);
  expect(ended).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/speech\.\w+: \d+ bytes\n$/) });
  const bytes = await readFile(out);
  expect(readAudioFacts(bytes)).toMatchObject({ format });
  if (format === 'wav') expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44);
});

it('selfsame say speaks its standard input', { timeout: 30_000 }, async () => {
  const out = join(folder, 'input.pcm');
  expect(await say(['--out', out, '--speed', '2', '--voice', 'onyx'], 'One two.')).toMatchObject({ code: 0 });
  expect(await readFile(out)).toHaveLength(2 * 24_000 * 0.2);
});

it('selfsame say prints errors of the server and leaves no file of a speech that failed', {
  timeout: 60_000,
}, async () => {
  const out = join(folder, 'bad.mp3');
  expect(await say(['--out', out, '--voice', 'nicole', 'One.'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("has no voice 'nicole'"),
  });
  expect(await say(['--out', join(folder, 'bad.txt'), 'One.'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('.mp3'),
  });
  const broken = await say(['--out', out, '@script {"crashAfter":1,"delayMs":100}\nOne. Two.']);
  expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining('the speech broke off') });
  await expect(readFile(out)).rejects.toMatchObject({ code: 'ENOENT' });
});
