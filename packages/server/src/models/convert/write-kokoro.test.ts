import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { openGgufTensors } from '../formats/gguf-tensors.ts';
import { readNetwork } from '../formats/onnx-network.ts';
import { describeGguf } from '../gguf-kind.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { writeTinyKokoroInputs } from '../testing/tiny-kokoro.ts';
import { convertKokoro } from './kokoro.ts';
import { KOKORO_INPUTS } from './kokoro-inputs.ts';

let directory: string;
let target: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'selfsame-kokoro-'));
  target = join(directory, 'kokoro.gguf');
  await writeTinyKokoroInputs(directory);
  await convertKokoro(directory, target);
  return () => rm(directory, { recursive: true, force: true });
});

async function readTensor(name: string): Promise<Buffer> {
  const file = await openGgufTensors(target);
  try {
    return await file.read(name);
  } finally {
    await file.close();
  }
}

/** The sound of the network for the tokens 0 to 19. */
async function run(network: Buffer): Promise<Float32Array> {
  const session = await InferenceSession.create(network);
  const { audio } = await session.run({
    tokens: new Tensor(
      'int64',
      BigInt64Array.from({ length: 20 }, (_, i) => BigInt(i)),
      [1, 20],
    ),
    style: new Tensor('float32', new Float32Array(256).fill(1), [1, 256]),
    speed: new Tensor('float32', Float32Array.of(1), [1]),
  });
  return (audio as Tensor).data as Float32Array;
}

describe('the conversion of Kokoro', () => {
  it('writes a file that is recognised as a speech model', async () => {
    expect(await describeGguf(target)).toMatchObject({ kind: 'speech' });
  });

  it('replaces quantized convolutions by ones of floats that compute nearly the same', async () => {
    const before = await readFile(join(directory, KOKORO_INPUTS.network));
    const after = await readTensor('network');
    const [quantized, floats] = [readNetwork(before), readNetwork(after)];
    expect(quantized.nodes.map(({ op }) => op)).toContain('ConvInteger');
    expect(floats.nodes.map(({ op }) => op)).not.toContain('ConvInteger');
    expect(floats.nodes.map(({ op }) => op)).not.toContain('DynamicQuantizeLinear');
    expect([floats.constants.has('w'), floats.constants.has('w_float')]).toEqual([false, true]);
    const [expected, found] = [await run(before), await run(after)];
    expect(found.length).toBe(expected.length);
    expect(found.length).toBe(20 * 1500);
    const difference = found.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] ?? 0))), 0);
    expect(difference).toBeLessThan(0.03);
    expect(Math.max(...found.subarray(0, 100))).toBeGreaterThan(0.1);
  });

  it('keeps the English voices only', async () => {
    const file = await openGgufTensors(target);
    expect(file.names).toEqual(['network', 'lexicon.en-US', 'lexicon.en-GB', 'voice.af_loud', 'voice.bm_quiet']);
    await file.close();
    expect((await readTensor('voice.bm_quiet')).readFloatLE(0)).toBe(0.5);
  });

  it('merges lexicons, the better one first, and leaves out words that are spelled', async () => {
    const lines = (await readTensor('lexicon.en-US')).toString('utf8').split('\n');
    expect(lines).toContain('the\tðə');
    expect(lines).toContain('silver\tsˈɪlvəɹ');
    expect(lines).toContain('use\tjˈuz\tNOUN=jˈus');
    expect(lines).toContain('butter\tbˈʌTəɹ');
    expect(lines.filter((line) => line.startsWith('US\t'))).toEqual([]);
  });

  it('gives the same bytes for the same inputs', async () => {
    const again = join(directory, 'again.gguf');
    await convertKokoro(directory, again);
    expect((await readFile(again)).equals(await readFile(target))).toBe(true);
  });

  it('fails for inputs that are damaged', async () => {
    const damaged = await temporaryDirectory();
    await writeTinyKokoroInputs(damaged);
    const network = join(damaged, KOKORO_INPUTS.network);
    await writeFile(network, (await readFile(network)).subarray(0, 300));
    await expect(convertKokoro(damaged, join(damaged, 'kokoro.gguf'))).rejects.toThrow();
  });
});
