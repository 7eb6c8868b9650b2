/** Extracts the text of bytes in memory. */

import { createExtractor, extractText } from '../extract.ts';
import type { ExtractedText } from '../extracted-text.ts';
import type { ExtractionError } from '../extraction-error.ts';
import { EXTRACTION_LIMITS, type ExtractionLimits } from '../limits.ts';

export async function extractBytes(
  filename: string,
  content: Buffer | string,
  limits?: Partial<ExtractionLimits>,
): Promise<ExtractedText> {
  const bytes = Buffer.from(content);
  const extract = limits === undefined ? extractText : createExtractor({ ...EXTRACTION_LIMITS, ...limits });
  const source = {
    filename,
    contentType: '',
    bytes: bytes.length,
    async *open() {
      yield bytes;
    },
  };
  return await extract(source, { signal: new AbortController().signal });
}

/** Returns why the extraction failed, as `code: message`; throws if it succeeded. */
export async function refusal(
  filename: string,
  content: Buffer | string,
  limits?: Partial<ExtractionLimits>,
): Promise<string> {
  const text = await extractBytes(filename, content, limits).catch((error: ExtractionError) => error);
  if (text instanceof Error) return `${text.code}: ${text.message}`;
  throw new Error(`${filename} was read: ${JSON.stringify(text).slice(0, 200)}`);
}
