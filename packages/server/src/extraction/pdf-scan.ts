/**
 * The images of a PDF page, laid out as the page lays them: what a scanner made of a sheet. Lines, letters and colours of the page itself
 * are not drawn, for which a renderer would be needed; a page of text is read without all this.
 */
import { getResolvedPDFJS } from 'unpdf';
import type { PdfPage } from './open-pdf.ts';
import { type GreyImage, type Matrix, multiply, Raster } from './raster.ts';

/** 300 dots per inch, at points of 1/72 inch: finer than this, letters are read no better. */
const MOST_PIXELS_PER_POINT = 300 / 72;
const LEAST_PIXELS_PER_POINT = 1;
const MOST_PIXELS = 16_000_000;

interface Laid {
  image: GreyImage;
  /** Of the unit square into the page, in points. */
  matrix: Matrix;
}

/** As a file of the PGM format; undefined when the page has no image that can be read. */
export async function scanPage(page: PdfPage): Promise<Uint8Array | undefined> {
  const laid = await imagesOf(page);
  const { width, height } = page.getViewport({ scale: 1 });
  if (laid.length === 0) return undefined;
  const finest = Math.max(...laid.map(({ image, matrix }) => pixelsPerPoint(image, matrix)));
  const wanted = Math.min(MOST_PIXELS_PER_POINT, Math.max(LEAST_PIXELS_PER_POINT, finest));
  const scale = Math.min(wanted, Math.sqrt(MOST_PIXELS / (width * height)));
  const raster = new Raster(width * scale, height * scale);
  for (const { image, matrix } of laid) raster.lay(image, multiply([scale, 0, 0, scale, 0, 0], matrix));
  return raster.toPgm();
}

function pixelsPerPoint({ width, height }: GreyImage, [a, b, c, d]: Matrix): number {
  return Math.sqrt((width * height) / Math.max(Number.EPSILON, Math.abs(a * d - b * c)));
}

async function imagesOf(page: PdfPage): Promise<Laid[]> {
  const { OPS } = await getResolvedPDFJS();
  const { fnArray, argsArray } = await page.getOperatorList();
  const laid: Laid[] = [];
  const saved: Matrix[] = [];
  let matrix = page.getViewport({ scale: 1 }).transform as unknown as Matrix;
  for (const [at, operator] of fnArray.entries()) {
    const [first, ...rest] = (argsArray[at] ?? []) as unknown[];
    if (operator === OPS.save) saved.push(matrix);
    else if (operator === OPS.restore || operator === OPS.paintFormXObjectEnd) matrix = saved.pop() ?? matrix;
    else if (operator === OPS.transform) matrix = multiply(matrix, [first, ...rest] as unknown as Matrix);
    else if (operator === OPS.paintFormXObjectBegin) {
      saved.push(matrix);
      if (first !== null && first !== undefined)
        matrix = multiply(matrix, Array.from(first as number[]) as unknown as Matrix);
    } else if (operator === OPS.paintImageXObject || operator === OPS.paintInlineImageXObject) {
      const image = toImage(await decoded(page, first));
      if (image !== undefined) laid.push({ image, matrix });
    } else if (operator === OPS.paintImageMaskXObject) {
      const image = toMask(await decodedMask(page, first));
      if (image !== undefined) laid.push({ image, matrix });
    }
  }
  return laid;
}

interface DecodedImage {
  width: number;
  height: number;
  data?: Uint8Array | Uint8ClampedArray;
}

/** An image stands in the list itself, or under a name; undefined where the library could not decode it. */
async function decoded(page: PdfPage, image: unknown): Promise<DecodedImage | undefined> {
  if (typeof image !== 'string') return (image ?? undefined) as DecodedImage | undefined;
  const objects = image.startsWith('g_') ? page.commonObjs : page.objs;
  return await new Promise((resolve) =>
    objects.get(image, (found: DecodedImage | null) => resolve(found ?? undefined)),
  );
}

async function decodedMask(page: PdfPage, mask: unknown): Promise<DecodedImage | undefined> {
  const { data } = (mask ?? {}) as { data?: unknown };
  return typeof data === 'string' ? await decoded(page, data) : (mask as DecodedImage | undefined);
}

/** Of a bit per pixel, of red, green and blue, or of these with an alpha that scans do not use. */
function toImage(found: DecodedImage | undefined): GreyImage | undefined {
  const { width = 0, height = 0, data } = found ?? {};
  if (data === undefined || width <= 0 || height <= 0) return undefined;
  const size = { width, height };
  const channels = data.length / (width * height);
  if (channels === 1) return { ...size, greyAt: (index) => data[index] ?? 0 };
  if (channels === 3 || channels === 4) {
    return {
      ...size,
      greyAt: (index) => {
        const at = index * channels;
        return ((data[at] ?? 0) * 3 + (data[at + 1] ?? 0) * 6 + (data[at + 2] ?? 0)) / 10;
      },
    };
  }
  const bit = bitReader(data, width);
  return data.length === height * rowBytes(width) ? { ...size, greyAt: (index) => (bit(index) ? 255 : 0) } : undefined;
}

/** Black where the bit is 0, nothing where it is 1. */
function toMask(found: DecodedImage | undefined): GreyImage | undefined {
  const { width = 0, height = 0, data } = found ?? {};
  if (data === undefined || data.length < height * rowBytes(width)) return undefined;
  const bit = bitReader(data, width);
  return { width, height, greyAt: () => 0, isOpaque: (index) => !bit(index) };
}

const rowBytes = (width: number) => Math.ceil(width / 8);

function bitReader(data: Uint8Array | Uint8ClampedArray, width: number): (index: number) => boolean {
  const perRow = rowBytes(width);
  return (index) => {
    const column = index % width;
    const byte = data[((index - column) / width) * perRow + (column >> 3)] ?? 0;
    return ((byte >> (7 - (column & 7))) & 1) === 1;
  };
}
