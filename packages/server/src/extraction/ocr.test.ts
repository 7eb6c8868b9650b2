import { expect, it } from 'vitest';
import { joinText } from './extracted-text.ts';
import { extractBytes, refusal } from './testing/extract-bytes.ts';
import { makePng, makeScannedPdf, PRINTED } from './testing/picture.ts';

it('reads a picture of print, whatever it is named', async () => {
  expect(joinText(await extractBytes('scan', makePng()))).toBe(PRINTED);
});

it('reads the scanned pages of a PDF, turned ones and stencils too, and tells their numbers', async () => {
  const pdf = makeScannedPdf([{}, { rotate: 90 }, { asMask: true }]);
  const { sections } = await extractBytes('scan.pdf', pdf);
  expect(sections.map(({ text, page }) => [text.trim(), page])).toEqual([1, 2, 3].map((page) => [PRINTED, page]));
});

it('refuses more scanned pages than the limit, and a picture that is damaged', async () => {
  expect(await refusal('scan.pdf', makeScannedPdf([{}, {}]), { scannedPages: 1 })).toMatch(
    /^invalid_file: .*more than 1 scanned/,
  );
  expect(await refusal('scan.png', makePng().subarray(0, 60))).toMatch(/^invalid_file/);
});
