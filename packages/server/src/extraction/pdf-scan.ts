/**
 * Draws the images of a PDF page at their positions, which reproduces a scanned sheet. Lines, text and colours of the
 * page are not drawn: that would need a renderer, and pages with text are read without OCR.
 */
import { getResolvedPDFJS } from 'unpdf';
import type { PdfPage } from './open-pdf.ts';
import { type GreyImage, type Matrix, multiply, Raster } from './raster.ts';

/** 300 dots per inch, with points of 1/72 inch. A higher resolution does not improve OCR. */
const MAX_PIXELS_PER_POINT = 300 / 72;
const MIN_PIXELS_PER_POINT = 1;
const MAX_PIXELS = 16_000_000;

interface PlacedImage {
  image: GreyImage;
  /** Maps the unit square to the page, in points. */
  matrix: Matrix;
}

/** Returns a PGM file, or undefined if the page has no readable image. */
export async function scanPage(page: PdfPage): Promise<Uint8Array | undefined> {
  const placed = await imagesOf(page);
  const { width, height } = page.getViewport({ scale: 1 });
  if (placed.length === 0) return undefined;
  const finest = Math.max(...placed.map(({ image, matrix }) => pixelsPerPoint(image, matrix)));
  const wanted = Math.min(MAX_PIXELS_PER_POINT, Math.max(MIN_PIXELS_PER_POINT, finest));
  const scale = Math.min(wanted, Math.sqrt(MAX_PIXELS / (width * height)));
  const raster = new Raster(width * scale, height * scale);
  for (const { image, matrix } of placed) raster.draw(image, multiply([scale, 0, 0, scale, 0, 0], matrix));
  return raster.toPgm();
}

function pixelsPerPoint({ width, height }: GreyImage, [a, b, c, d]: Matrix): number {
  return Math.sqrt((width * height) / Math.max(Number.EPSILON, Math.abs(a * d - b * c)));
}

async function imagesOf(page: PdfPage): Promise<PlacedImage[]> {
  const { OPS } = await getResolvedPDFJS();
  const { fnArray, argsArray } = await page.getOperatorList();
  const placed: PlacedImage[] = [];
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
      if (image !== undefined) placed.push({ image, matrix });
    } else if (operator === OPS.paintImageMaskXObject) {
      const image = toMask(await decodedMask(page, first));
      if (image !== undefined) placed.push({ image, matrix });
    }
  }
  return placed;
}

interface DecodedImage {
  width: number;
  height: number;
  data?: Uint8Array | Uint8ClampedArray;
}

/** `image`: the decoded image or its name. Returns undefined if the library could not decode it. */
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

/** Supports one bit per pixel, grey, RGB, and RGBA, whose alpha scans do not use. */
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

/** A bit of 0 is black, 1 is transparent. */
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
