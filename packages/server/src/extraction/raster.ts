/** A grey image into which other images are drawn with transformation matrices. Pure. */

/** `[a, b, c, d, e, f]` as in PDF: x' = ax + cy + e, y' = bx + dy + f. */
export type Matrix = readonly [number, number, number, number, number, number];

export interface GreyImage {
  width: number;
  height: number;
  /** Row by row from the top; 0 is black. Pixels that are not opaque are not drawn. */
  greyAt(index: number): number;
  isOpaque?(index: number): boolean;
}

const WHITE = 255;

/** Returns the transformation that applies `inner` first. */
export function multiply(outer: Matrix, inner: Matrix): Matrix {
  const [a, b, c, d, e, f] = outer;
  const [p, q, r, s, t, u] = inner;
  return [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f];
}

export class Raster {
  readonly width: number;
  readonly height: number;
  readonly #pixels: Uint8Array;

  /** Starts white. Sizes are rounded up. */
  constructor(width: number, height: number) {
    this.width = Math.max(1, Math.ceil(width));
    this.height = Math.max(1, Math.ceil(height));
    this.#pixels = new Uint8Array(this.width * this.height).fill(WHITE);
  }

  /** `matrix` maps the unit square, with the image upright in it, to this raster, whose y axis points down. */
  draw({ width, height, greyAt, isOpaque }: GreyImage, matrix: Matrix): void {
    const [a, b, c, d, e, f] = matrix;
    const area = a * d - b * c;
    if (area === 0 || !Number.isFinite(area)) return;
    const [left, right] = spread(e, a, c, this.width);
    const [top, bottom] = spread(f, b, d, this.height);
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const [dx, dy] = [x + 0.5 - e, y + 0.5 - f];
        const column = Math.floor(((d * dx - c * dy) / area) * width);
        const row = Math.floor((1 - (a * dy - b * dx) / area) * height);
        if (column < 0 || column >= width || row < 0 || row >= height) continue;
        const index = row * width + column;
        if (isOpaque === undefined || isOpaque(index)) this.#pixels[y * this.width + x] = greyAt(index);
      }
    }
  }

  /** Returns a PGM file. */
  toPgm(): Uint8Array {
    return Buffer.concat([Buffer.from(`P5\n${this.width} ${this.height}\n${WHITE}\n`, 'latin1'), this.#pixels]);
  }
}

/** Returns the pixel range that the unit square covers along one axis; the end is exclusive. */
function spread(origin: number, first: number, second: number, length: number): [number, number] {
  const ends = [origin, origin + first, origin + second, origin + first + second];
  return [Math.max(0, Math.floor(Math.min(...ends))), Math.min(length, Math.ceil(Math.max(...ends)))];
}
