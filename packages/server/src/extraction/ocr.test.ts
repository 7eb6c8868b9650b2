import { expect, it } from 'vitest';
import { joinText } from './extracted-text.ts';
import { extractBytes, refusal } from './testing/extract-bytes.ts';
import { makePng, makeScannedPdf, PRINTED } from './testing/picture.ts';

it('reads the text of an image with any file name', async () => {
  expect(joinText(await extractBytes('scan', makePng()))).toBe(PRINTED);
});

it('reads scanned PDF pages, rotated pages and image masks included, with their page numbers', async () => {
  const pdf = makeScannedPdf([{}, { rotate: 90 }, { asMask: true }]);
  const { sections } = await extractBytes('scan.pdf', pdf);
  expect(sections.map(({ text, page }) => [text.trim(), page])).toEqual([1, 2, 3].map((page) => [PRINTED, page]));
});

it('refuses more scanned pages than the limit and a damaged image', async () => {
  expect(await refusal('scan.pdf', makeScannedPdf([{}, {}]), { scannedPages: 1 })).toMatch(
    /^invalid_file: .*more than 1 scanned/,
  );
  expect(await refusal('scan.png', makePng().subarray(0, 60))).toMatch(/^invalid_file/);
});
