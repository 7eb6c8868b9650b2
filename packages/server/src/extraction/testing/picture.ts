/** A small picture with two lines of text, and files that contain it, for tests of OCR. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { assemble, stream } from './pdf-document.ts';

/** One bit per pixel, 1 = white; each row starts at a byte. */
const WIDTH = 480;
const HEIGHT = 104;
const ROW_BYTES = WIDTH / 8;
const BITS = inflateSync(
  Buffer.from(
    'eNrt1r+O5DQcB3APKaY0Eg0F2h/SvgB0IKHxq5zES2wxyi/LFOnwCyDmVYJyws2KeYTLnotpbdIYyfjLOTOzzHGZ7DIUFJdvFycfxX/i/AzMmTNnzv+QxFOXF4yatm0Q5DjJa+wmCKrYXWWLF9hLw79FUj9xr6+wKdvIuGBj1jXg2DHQ5kZq0x1HQov4PSJftl+RjnGRuKKG0C8i64elSK+UW/oC0U5aIXUIIrGgSuJ3EVk3n4gkqCtcgTBtZW1CiGVJb6iGC2vWbbcuSbfeMbxFwGVLxngfV6VKysDHNWvjYplbHdA/Z/fep9Wak9ofrU+lMjp4wFq4Cav21tvBskWf7e5vu7fw09YerCjQp5PdV8IDu+esP9g4YrWFnbb7g1U4txoeqMRz1hzHO2Z52gbTH+b53JqTNdNW+zSsb7blexYW0zZqH8tSgQarZLakzdHqaSvDXcnyjdxnezNYKe0fT1blfXbBUhR5H1VL9InFYAV1i5OtCif4gk2UFokb6mS298N4X6lQHCxdtHPmzJnz8YXQI3zQ6l9o7cG2uUhcaX/593abq+2VNteBIc1/sfxC28CpfKTcAM4enn3NFHIJ2iAw+RYO5x05JkRFQjUSbxdRgJpbhNAwflXUkY6lSF9+t/QCDT18aGO2dC/RiSiYfigQQqWyraQJUZTi88J9ypVsRuyaCKSBx/BnUqRbhLAiGCJt8jlzRRvr1sONMaugt8BjZCiibHmwZE3waUW1d2mljBmp3Xc/H6yNjAyOVhNZ6z1WqvYON+P2m2z1exZn9kbtvMcXvB+z3/7IlbwHbD59kxrsFsbcqL7vnThasRy1v7HIk2jT+p/W2zO7G/kwvn4olQ4yWz6zdrAe6WAVxuxnDyVr1LDpDueWlA2mP1ket68jaxjYePc0V1sYT2SDOb33ZtwW3ZNNZ9ad2by+o3bzzkoYPIZsZXu0gWQbZThZwm5kN9VdWsltjc6FNVG9ebJ1/c7yKts1y/2ofUxCVhLdIi6ImuJoIzUyURTZesHVctR6LHRFeFukgqi7PdpEHSWCKLO9Ryd3/tkfxlWZ7Zw5H1P+AoaGWdM=',
    'base64',
  ),
);

export const PRINTED = 'Invoice number 4711\nwas paid in November.';

export function makePng(): Buffer {
  const rows = Array.from({ length: HEIGHT }, (_, row) => [
    Buffer.from([0]),
    BITS.subarray(row * ROW_BYTES, (row + 1) * ROW_BYTES),
  ]).flat();
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const parts = [
    pngPart('IHDR', header),
    pngPart('IDAT', deflateSync(Buffer.concat(rows))),
    pngPart('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts]);
}

function pngPart(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const part = Buffer.alloc(named.length + 8);
  part.writeUInt32BE(content.length, 0);
  named.copy(part, 4);
  part.writeUInt32BE(crc32(named), part.length - 4);
  return part;
}

export interface ScannedPage {
  /** Clockwise rotation of the page when it is shown, in degrees. */
  rotate?: 0 | 90;
  /** Whether the picture is an image mask instead of an image. */
  asMask?: boolean;
}

/** A PDF whose pages contain the picture and no text; a page with `rotate` was scanned sideways. */
export function makeScannedPdf(pages: readonly ScannedPage[]): Buffer {
  const objects: Buffer[] = [];
  const add = (content: string | Buffer) => objects.push(Buffer.from(content));
  const pageAt = (index: number) => 3 + index * 3;
  add('<</Type/Catalog/Pages 2 0 R>>');
  add(`<</Type/Pages/Kids[${pages.map((_, index) => `${pageAt(index)} 0 R`).join(' ')}]/Count ${pages.length}>>`);
  for (const [index, { rotate = 0, asMask = false }] of pages.entries()) {
    const at = pageAt(index);
    const [width, height] = rotate === 0 ? [WIDTH, HEIGHT] : [HEIGHT, WIDTH];
    const box = `/MediaBox[0 0 ${width / 2} ${height / 2}]/Rotate ${rotate}`;
    add(`<</Type/Page/Parent 2 0 R${box}/Contents ${at + 1} 0 R/Resources<</XObject<</I ${at + 2} 0 R>>>>>>`);
    // The viewer rotates by 90 degrees clockwise, so the picture is drawn counter-clockwise.
    const matrix =
      rotate === 0 ? `${width / 2} 0 0 ${height / 2} 0 0` : `0 ${height / 2} ${-width / 2} 0 ${width / 2} 0`;
    add(stream(deflateSync(`q ${matrix} cm /I Do Q`)));
    const kind = asMask ? '/ImageMask true' : '/ColorSpace/DeviceGray';
    const about = `/Type/XObject/Subtype/Image/Width ${WIDTH}/Height ${HEIGHT}/BitsPerComponent 1${kind}`;
    add(stream(deflateSync(BITS), `/FlateDecode${about}`));
  }
  return assemble(objects, '');
}
