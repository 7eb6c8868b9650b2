import { mkdtempSync, rmSync } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { TINY_WORDS, writeTinyWhisper } from '../../models/testing/tiny-whisper.ts';
import { silentLog } from '../child-process/testing/silent-log.ts';
import { joinSamples, silence, toRecording, transcriptionOf, voice } from '../testing/recordings.ts';
import { runTranscriptionModelConformance } from '../transcription-model.conformance.ts';
import type { TranscribeRequest, TranscriptionModel } from '../transcription-model.ts';
import { createWhisperTranscriptionModel, type WhisperTranscriptionModel } from './transcription-model.ts';

const directory = mkdtempSync(join(tmpdir(), 'selfsame-whisper-'));
const file = join(directory, 'tiny.bin');
await writeTinyWhisper(file);
const models: WhisperTranscriptionModel[] = [];
afterAll(async () => {
  await Promise.all(models.map((model) => model.close()));
  rmSync(directory, { recursive: true, force: true });
});

async function open(path = file): Promise<WhisperTranscriptionModel> {
  const model = createWhisperTranscriptionModel({ modelId: 'tiny', path, threads: 1, log: silentLog });
  models.push(model);
  await model.ready();
  return model;
}

async function segmentsOf(model: TranscriptionModel, request: TranscribeRequest) {
  const options = { signal: new AbortController().signal, priority: 'online' } as const;
  const events = await Array.fromAsync(model.doTranscribe(request, options));
  return events.flatMap((event) => (event.type === 'segment' ? [event.segment] : []));
}

const TEXT = TINY_WORDS.join('');

runTranscriptionModelConformance('Whisper', async () => ({ model: await open(), speech: voice(3) }));

describe('createWhisperTranscriptionModel', () => {
  it('decodes the tokens that the network predicts, and cuts them at their times', async () => {
    const request = transcriptionOf(toRecording(voice(3)), { wordTimes: true, logprobs: true });
    const [segment] = await segmentsOf(await open(), request);
    expect(segment).toMatchObject({ text: TEXT, tokens: [1000, 1001, 1002], temperature: 0 });
    expect((segment?.end ?? 0) - (segment?.start ?? 0)).toBeCloseTo(1, 5);
    expect(segment?.words?.map(({ word }) => word)).toEqual(['hello', 'world.']);
    expect(segment?.logprobs?.map(({ text }) => text)).toEqual(TINY_WORDS);
    expect(segment?.averageLogprob).toBeGreaterThan(-0.1);
  });

  it('transcribes each stretch of speech where it is in the recording', async () => {
    const audio = joinSamples(silence(5), voice(3), silence(10), voice(3), silence(5));
    const segments = await segmentsOf(await open(), transcriptionOf(toRecording(audio)));
    expect(segments.map(({ text }) => text)).toEqual([TEXT, TEXT]);
    for (const [i, start] of [5, 18].entries()) expect(Math.abs((segments[i]?.start ?? 0) - start)).toBeLessThan(0.7);
  });

  it('continues the text of the prompt', async () => {
    const segments = await segmentsOf(await open(), transcriptionOf(toRecording(voice(3)), { prompt: 'a' }));
    // The tiny model predicts by position, which the tokens of the prompt move.
    expect(segments.map(({ text }) => text)).not.toContain(TEXT);
  });

  it('reports the languages and the translation of the vocabulary', async () => {
    const { languages = [], ...others } = (await open()).capabilities;
    expect(languages.slice(0, 3)).toEqual(['en', 'zh', 'de']);
    expect(languages).toHaveLength(99);
    expect(others).toEqual({ translates: true, hasWordTimes: true, hasLogprobs: true, streams: true });
  });

  it('restarts the engine after it died, and fails what it was transcribing', async () => {
    const model = await open();
    const running = segmentsOf(model, transcriptionOf(toRecording(voice(120), { delayMs: 5 })));
    running.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.kill(model.pid ?? 0, 'SIGKILL');
    await expect(running).rejects.toMatchObject({ code: 'engine_failed' });
    expect(await segmentsOf(model, transcriptionOf(toRecording(voice(3))))).toHaveLength(1);
  });

  it('names the damage of a file that is cut off', async () => {
    const damaged = join(directory, 'damaged.bin');
    await writeTinyWhisper(damaged);
    await truncate(damaged, 3_000_000);
    await expect(open(damaged)).rejects.toMatchObject({
      code: 'model_unavailable',
      message: expect.stringContaining('ends before its last tensor'),
    });
  });
});
