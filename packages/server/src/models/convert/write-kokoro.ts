/**
 * Puts everything that Kokoro-82M needs into one file: its network with convolutions of floats, the English voices, and
 * pronunciation lexicons. The file is GGUF with the architecture `kokoro`; `engines/kokoro` reads it.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GgufTensor, writeGguf } from '../formats/gguf-writer.ts';
import { readNetwork, writeNetwork } from '../formats/onnx-network.ts';
import { readTarGz } from '../formats/tar-reader.ts';
import { toFloatConvolutions } from './float-convolutions.ts';
import { KOKORO_INPUTS } from './kokoro-inputs.ts';

/** American and British voices. */
const ENGLISH_VOICE = /^package\/voices\/([ab][fm]_[a-z]+)\.bin$/;
/** A voice has one style of 256 numbers per length of the text. */
const STYLE_NUMBERS = 256;
const STYLES = 510;

export async function writeKokoro(directory: string, target: string): Promise<void> {
  const lexicons = Object.entries(KOKORO_INPUTS.lexicons).map(async ([variant, files]) => {
    const texts = await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')));
    return toTensor(`lexicon.${variant}`, [Buffer.from(toLexicon(texts), 'utf8')]);
  });
  const archive = await readTarGz(join(directory, KOKORO_INPUTS.voices), (name) => ENGLISH_VOICE.test(name));
  const voices = [...archive].map(([name, bytes]): GgufTensor => {
    if (bytes.length !== 4 * STYLE_NUMBERS * STYLES)
      throw new RangeError(`The voice ${name} has ${bytes.length} bytes.`);
    const voice = ENGLISH_VOICE.exec(name)?.[1] ?? '';
    return { name: `voice.${voice}`, type: 'f32', shape: [STYLE_NUMBERS, STYLES], bytes: () => toStream([bytes]) };
  });
  const network = toFloatConvolutions(readNetwork(await readFile(join(directory, KOKORO_INPUTS.network))));
  await writeGguf(
    target,
    {
      'general.architecture': { type: 'string', value: 'kokoro' },
      'general.name': { type: 'string', value: 'Kokoro-82M v1.0' },
      'kokoro.sample_rate': { type: 'u32', value: 24_000 },
    },
    [toTensor('network', writeNetwork(network)), ...(await Promise.all(lexicons)), ...voices],
  );
}

function toTensor(name: string, pieces: readonly Buffer[]): GgufTensor {
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return { name, type: 'i8', shape: [bytes], bytes: () => toStream(pieces) };
}

async function* toStream(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}

type Pronunciation = string | Record<string, string | null>;

/** Merges lexicons, the better first, to the lines that `engines/pronunciation/lexicon.ts` reads. */
function toLexicon(texts: readonly string[]): string {
  const merged = new Map<string, string>();
  for (const text of texts) {
    for (const [word, pronunciation] of Object.entries(JSON.parse(text) as Record<string, Pronunciation>)) {
      const line = toLine(pronunciation);
      if (line !== undefined && !merged.has(word) && !/[\t\n]/.test(word)) merged.set(word, line);
    }
  }
  const lines = [...merged].map(([word, line]) => `${word}\t${line}\n`).join('');
  // The voices were trained with one sound for taps and without glottal stops.
  return lines.replaceAll('ɾ', 'T').replaceAll('ʔ', 't');
}

/** Undefined for a word that some part of speech spells, such as `US`: it is spelled. */
function toLine(pronunciation: Pronunciation): string | undefined {
  if (typeof pronunciation === 'string') return pronunciation;
  const { DEFAULT: phonemes = null, ...others } = pronunciation;
  const tagged = Object.entries(others);
  if (phonemes === null || tagged.some(([, sounds]) => sounds === null)) return undefined;
  return `${phonemes}\t${tagged.map(([tag, sounds]) => `${tag}=${sounds}`).join(',')}`;
}
