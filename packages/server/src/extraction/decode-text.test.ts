import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeText } from './decode-text.ts';
import { joinText } from './extracted-text.ts';
import type { ExtractionError } from './extraction-error.ts';
import { encodeText } from './testing/encode-text.ts';
import { ENCODINGS, TEXTS } from './testing/encoded-texts.ts';
import { extractBytes, refusal } from './testing/extract-bytes.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-decode-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The text; undefined if the encoding was not certain. */
async function decode(bytes: Buffer, declared?: string): Promise<string | undefined> {
  const path = join(folder, 'text');
  await writeFile(path, bytes);
  try {
    return await decodeText(path, bytes.subarray(0, 4096), { maxCharacters: 1e6, declared });
  } catch (error) {
    expect((error as ExtractionError).code).toBe('invalid_file');
    return undefined;
  }
}

/** About this number of bytes of a text, without characters that the encoding lacks. */
function cut(text: string, encoding: string, bytes: number): string {
  let [kept, length] = ['', 0];
  for (const character of text) {
    try {
      length += encodeText(character, encoding).length;
    } catch {
      continue;
    }
    if (length > bytes) break;
    kept += character;
  }
  return kept;
}

const table = Object.entries(ENCODINGS).flatMap(([encoding, languages]) =>
  languages.map((language) => [encoding, language] as const),
);
const LONG_BYTES = 300;

describe('a text without a byte order mark', () => {
  it.each(table)(
    'decodes a text in %s (%s), or refuses it if it is too short to detect the encoding',
    async (encoding, language) => {
      const [sentences, rows, sentence] = TEXTS[language] ?? ['', '', ''];
      const texts = [sentence, rows, `${sentence}\n${rows}`, `${sentences}\n${rows}${sentence}\n${sentences}`];
      for (const text of texts) {
        for (const size of [24, 60, 140, LONG_BYTES]) {
          const expected = cut(text, encoding, size);
          const bytes = encodeText(expected, encoding);
          const found = await decode(bytes);
          if (found !== undefined || bytes.length > LONG_BYTES * 0.6) expect(found).toBe(expected);
        }
      }
    },
  );

  it('detects the encoding of a text whose only characters beyond ASCII are at its end', async () => {
    const text = `${'id;name;count\n'.repeat(40_000)}${TEXTS['ru']?.[1]}`;
    expect(await decode(encodeText(text, 'windows-1251'))).toBe(text);
  });

  it('decodes a text with a few letters of Western Europe as Windows-1252', async () => {
    for (const text of ['café', 'Grüße, naïve café', 'price 5 €', '“quoted”']) {
      expect(await decode(encodeText(text, 'windows-1252'))).toBe(text);
    }
  });

  it('refuses a text of an uncertain encoding and binary content', async () => {
    expect(await decode(Buffer.from('81908fff', 'hex'))).toBeUndefined();
    expect(await decode(encodeText('Łódź', 'windows-1250'))).toBeUndefined();
    const noise = Buffer.from(Array.from({ length: 4000 }, (_, at) => 128 + ((at * at * 31 + at * 7) % 128)));
    expect(await decode(noise)).toBeUndefined();
    expect(await refusal('x.csv', Buffer.from('a,b\n\x81\x8d\x90\xff', 'latin1'))).toMatch(
      /^invalid_file: The encoding .*save the file as UTF-8/,
    );
  });
});

describe('a text with a byte order mark', () => {
  it.each(['utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'])(
    'removes the byte order mark of a text in %s',
    async (encoding) => {
      for (const text of ['日本', 'a,b\n1,2\n', '😀']) {
        expect(await decode(encodeText(`\ufeff${text}`, encoding))).toBe(text);
      }
    },
  );
});

describe('a text that names its encoding', () => {
  it('decodes a text that is not UTF-8 in its declared encoding', async () => {
    expect(await decode(encodeText('Łódź', 'windows-1250'), 'windows-1250')).toBe('Łódź');
    expect(await decode(Buffer.from('Łódź'), 'windows-1250')).toBe('Łódź');
    expect(await decode(encodeText(TEXTS['zh']?.[0] ?? '', 'gbk'), 'utf-8')).toBe(TEXTS['zh']?.[0]);
    expect(await decode(encodeText(TEXTS['zh']?.[0] ?? '', 'gbk'), 'no-such-encoding')).toBe(TEXTS['zh']?.[0]);
  });

  it('reads declared encodings of web pages, XML and code', async () => {
    const named = async (filename: string, declaration: string, encoding: string) => {
      const bytes = Buffer.concat([Buffer.from(declaration), encodeText('Łódź', encoding)]);
      return joinText(await extractBytes(filename, bytes)).trim();
    };
    expect(await named('x.html', '<meta charset="iso-8859-2"><p>', 'iso-8859-2')).toBe('Łódź');
    const equivalent = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1250"><p>';
    expect(await named('x.html', equivalent, 'windows-1250')).toBe('Łódź');
    const xml = '<?xml version="1.0" encoding="iso-8859-2"?>';
    expect(await named('x.xml', xml, 'iso-8859-2')).toBe(`${xml}Łódź`);
    expect(await named('x.py', '# -*- coding: iso-8859-2 -*-\n', 'iso-8859-2')).toContain('Łódź');
  });
});
