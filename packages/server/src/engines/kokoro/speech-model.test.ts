import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convertKokoro } from '../../models/convert/kokoro.ts';
import { TOKEN_SAMPLES, writeTinyKokoroInputs } from '../../models/testing/tiny-kokoro.ts';
import { silentLog } from '../child-process/testing/silent-log.ts';
import { runSpeechModelConformance } from '../speech-model.conformance.ts';
import { createKokoroSpeechModel, type KokoroSpeechModel } from './speech-model.ts';

const directory = await mkdtemp(join(tmpdir(), 'selfsame-kokoro-'));
const path = join(directory, 'tiny.gguf');
await writeTinyKokoroInputs(directory);
await convertKokoro(directory, path);
afterAll(() => rm(directory, { recursive: true, force: true }));

async function open(): Promise<KokoroSpeechModel> {
  const model = createKokoroSpeechModel({ modelId: 'tiny', path, threads: 1, log: silentLog });
  await model.ready();
  return model;
}

const SENTENCE = 'The library opens at nine in the morning, and the library opens at nine in the morning.';

runSpeechModelConformance('kokoro with a tiny network', async () => ({
  model: await open(),
  voices: ['af_loud', 'bm_quiet'],
  slow: Array.from({ length: 8 }, () => SENTENCE).join(' '),
}));

describe('a Kokoro model', () => {
  let model: KokoroSpeechModel;
  beforeAll(async () => {
    model = await open();
    return () => model.close();
  });
  const options = { signal: new AbortController().signal, priority: 'online' } as const;
  const speak = (text: string, voice = 'af_loud', speed = 1) =>
    Array.fromAsync(model.doSpeak({ text, voice, speed }, options));

  it('lists its voices with their languages, and the names of the API only for voices that it has', () => {
    expect(model.capabilities).toMatchObject({
      voices: [
        { id: 'af_loud', language: 'en-US' },
        { id: 'bm_quiet', language: 'en-GB' },
      ],
      hostedVoices: {},
      followsInstructions: false,
    });
  });

  it('speaks each sentence as one part, and a long first sentence in shorter parts', async () => {
    expect(await speak('The library opens. The library opens at nine!')).toHaveLength(2);
    expect(await speak(`${SENTENCE} ${SENTENCE}`)).toHaveLength(2);
    expect(await speak(`The library opens at nine, ${SENTENCE}`)).toHaveLength(2);
  });

  it('gives the network one token per phoneme and punctuation mark, with one before and one after', async () => {
    const [part] = await speak('The library.');
    // ð ə space l ˈ I b ɹ ˌ ɛ ɹ i .
    expect(part?.length).toBe((13 + 2) * TOKEN_SAMPLES);
  });

  it('scales the samples by the style of the voice', async () => {
    const [[loud], [quiet]] = [await speak('The library.'), await speak('The library.', 'bm_quiet')];
    const peak = (samples: Iterable<number> = []) =>
      Array.from(samples).reduce((most, each) => Math.max(most, each), 0);
    expect(peak(loud) / peak(quiet)).toBeCloseTo(2, 1);
  });

  it('refuses a text in another script and names the parameter', async () => {
    await expect(speak('東京は日本の首都です。')).rejects.toMatchObject({ status: 400, param: 'input' });
    expect((await speak('Tokyo (東京)')).length).toBe(1);
  });

  it('fails requests when its process dies, and speaks again', async () => {
    const running = speak(SENTENCE.repeat(5));
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.kill(model.report().pid ?? 0, 'SIGKILL');
    await expect(running).rejects.toMatchObject({ code: 'engine_failed' });
    expect((await speak('The library.')).length).toBe(1);
  });

  it('refuses a file that is no converted model', async () => {
    const broken = createKokoroSpeechModel({ modelId: 'broken', path: directory, threads: 1, log: silentLog });
    await expect(broken.ready()).rejects.toMatchObject({ code: 'model_unavailable' });
    await broken.close();
  });
});
