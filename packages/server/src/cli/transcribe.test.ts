import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinSamples, silence, tone, toWave } from '../engines/testing/recordings.ts';
import { startTestServer, type TestServer } from '../start/testing/test-server.ts';
import { runProgram } from './testing/run-program.ts';

let server: TestServer;
let folder: string;
let file: string;
beforeAll(async () => {
  server = await startTestServer();
  folder = await mkdtemp(join(tmpdir(), 'selfsame-transcribe-'));
  file = join(folder, 'tones.wav');
  await writeFile(file, toWave(joinSamples(tone(440, 0.5), silence(1), tone(300, 0.5)), 16_000));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const transcribe = (...words: string[]) => runProgram(['transcribe', '--url', server.url, ...words]);

it.each([
  [[], '440 300\n'],
  [['--translate'], '440 hertz 300 hertz\n'],
  [['--format', 'srt'], '1\n00:00:00,000 --> 00:00:00,500\n440\n\n2\n00:00:01,500 --> 00:00:02,000\n300\n\n'],
])('selfsame transcribe FILE %o prints the transcript', { timeout: 30_000 }, async (words, printed) => {
  expect(await transcribe(file, ...words)).toMatchObject({ code: 0, stdout: printed, stderr: '' });
});

it('selfsame transcribe prints errors of the server, and names a file that it cannot read', {
  timeout: 60_000,
}, async () => {
  const text = join(folder, 'text.mp3');
  await writeFile(text, 'no audio');
  expect(await transcribe(text)).toMatchObject({ code: 1, stderr: expect.stringContaining("'text.mp3' could not") });
  expect(await transcribe(join(folder, 'none.mp3'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('cannot be read'),
  });
  expect(await transcribe(file, '--format', 'pdf')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("'pdf' is no format"),
  });
});
