/**
 * Reads the text of images with Tesseract in WebAssembly and its English data. Runs in the child process that reads
 * files, within its limits. Downloads nothing: engine and data are packages; without them, images are refused.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { TessBaseApi, TesseractCore } from 'tesseract.js-core/tesseract-core-simd-lstm.js';
import { ExtractionError } from './extraction-error.ts';

const LANGUAGE = 'eng';
const DATA_PACKAGE = '@tesseract.js-data/eng';
const DATA_FILE = '4.0.0_best_int/eng.traineddata.gz';
const NEURAL_ENGINE = 1;
const INPUT = '/input';
/** In percent. Results from images without text have less confidence. */
const MIN_CONFIDENCE = 30;
const UPRIGHT = 1;

interface OcrEngine {
  core: TesseractCore;
  api: TessBaseApi;
}

let engine: Promise<OcrEngine> | undefined;

/**
 * Returns the text of a PNG, JPEG, GIF (its first frame), WebP or PNM image with its lines and paragraphs, or an empty
 * string. Throws `ExtractionError`: `unsupported_file` without the OCR packages, `invalid_file` for a damaged image.
 */
export async function readPicture(image: Uint8Array): Promise<string> {
  engine ??= openEngine();
  const { core, api } = await engine;
  core.FS.writeFile(INPUT, image);
  try {
    if (api.SetImageFile(orientationOf(image), 0) !== 0 || api.Recognize(null) !== 0) throw damaged('it is damaged');
    return api.MeanTextConf() < MIN_CONFIDENCE ? '' : api.GetUTF8Text().trim();
  } catch (error) {
    // After an error, the memory of the engine is in an undefined state.
    engine = undefined;
    throw error instanceof ExtractionError ? error : damaged(error instanceof Error ? error.message : String(error));
  } finally {
    core.FS.unlink(INPUT);
    api.Clear();
  }
}

async function openEngine(): Promise<OcrEngine> {
  const silent = () => undefined;
  try {
    const { default: open } = await import('tesseract.js-core/tesseract-core-simd-lstm.js');
    const core = await open({ print: silent, printErr: silent });
    const data = await readFile(fileURLToPath(new URL(DATA_FILE, import.meta.resolve(DATA_PACKAGE))));
    core.FS.writeFile(`${LANGUAGE}.traineddata`, gunzipSync(data));
    const api = new core.TessBaseAPI();
    if (api.Init(null, LANGUAGE, NEURAL_ENGINE) !== 0) throw new Error('its data cannot be used');
    return { core, api };
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    const why = isMissing ? 'is not installed here' : 'cannot be started';
    throw new ExtractionError('unsupported_file', `Text in pictures is read by an OCR engine, which ${why}.`);
  }
}

function damaged(why: string): ExtractionError {
  return new ExtractionError('invalid_file', `The picture cannot be read: ${why}.`);
}

const EXIF_BYTES = 65_536;
/** The orientation tag (one SHORT) and the offset of its value, in both byte orders. */
const ORIENTATIONS = [
  { tag: Buffer.from('0112000300000001', 'hex'), value: 9 },
  { tag: Buffer.from('1201030001000000', 'hex'), value: 8 },
];

/** Returns the EXIF orientation of a JPEG. */
function orientationOf(image: Uint8Array): number {
  if (image[0] !== 0xff || image[1] !== 0xd8) return UPRIGHT;
  const head = Buffer.from(image.buffer, image.byteOffset, Math.min(image.byteLength, EXIF_BYTES));
  for (const { tag, value } of ORIENTATIONS) {
    const at = head.indexOf(tag);
    const orientation = at < 0 ? undefined : head[at + value];
    if (orientation !== undefined && orientation >= 1 && orientation <= 8) return orientation;
  }
  return UPRIGHT;
}
