/** Creates a PDF of one page with texts at given positions, drawn in the given order. */
import { deflateSync } from 'node:zlib';
import { assemble, stream } from './pdf-document.ts';

export interface PlacedText {
  text: string;
  /** In points from the left and the bottom of the page. */
  x: number;
  y: number;
}

export function makeLaidOutPdf(texts: readonly PlacedText[]): Buffer {
  const drawn = texts.map(({ text, x, y }) => `BT /F1 12 Tf 1 0 0 1 ${x} ${y} Tm (${text}) Tj ET`).join('\n');
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    stream(deflateSync(drawn)),
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  return assemble(
    objects.map((object) => Buffer.from(object)),
    '',
  );
}
