/**
 * Extracts the text of a file. The bytes are written to a temporary file, which a child process with limits reads. This
 * process only streams bytes in and text out, and never parses content.
 */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ExtractedText } from './extracted-text.ts';
import { ExtractionError } from './extraction-error.ts';
import { EXTRACTION_LIMITS, type ExtractionLimits } from './limits.ts';
import { ReaderPool } from './reader-pool.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

export type { ExtractedText, SectionedText, TextSection } from './extracted-text.ts';
export { ExtractionError, type ExtractionErrorCode } from './extraction-error.ts';

export interface ExtractionSource {
  filename: string;
  /** Media type as uploaded; may be empty. Used only if content and name do not determine the type. */
  contentType: string;
  /** Length of the content in bytes. */
  bytes: number;
  open(): AsyncIterable<Uint8Array>;
}

export type ExtractText = (source: ExtractionSource, options: { signal: AbortSignal }) => Promise<ExtractedText>;

/**
 * Returns the text of a file in sections. Waits while all processes are busy. Throws `ExtractionError`, the reason of
 * the signal, and errors of `source.open()`.
 */
export const extractText: ExtractText = createExtractor(EXTRACTION_LIMITS);

export function createExtractor(limits: ExtractionLimits): ExtractText {
  const pool = new ReaderPool(limits);
  return async (source, { signal }) => {
    checkSize(source.bytes, limits);
    const reader = await pool.acquire(signal);
    try {
      return await inTemporaryFolder(async (folder) => {
        const path = join(folder, 'content');
        await writeContent(source, path, { limits, signal });
        const { filename, contentType } = source;
        return await reader.read({ path, filename, contentType, limits }, signal);
      });
    } finally {
      pool.release(reader);
    }
  };
}

async function writeContent(
  source: ExtractionSource,
  path: string,
  { limits, signal }: { limits: ExtractionLimits; signal: AbortSignal },
): Promise<void> {
  try {
    await pipeline(Readable.from(counted(source, limits)), createWriteStream(path, { mode: 0o600 }), { signal });
  } catch (error) {
    // The reason of the signal is more precise than the error of the pipeline.
    signal.throwIfAborted();
    throw error;
  }
}

function checkSize(bytes: number, { fileBytes }: ExtractionLimits): void {
  if (bytes === 0) throw new ExtractionError('invalid_file', 'The file is empty.');
  if (bytes > fileBytes) throw new ExtractionError('invalid_file', `The file is larger than ${fileBytes} bytes.`);
}

/** Checks the content against the announced length, so that a longer stream cannot fill the disk. */
async function* counted(source: ExtractionSource, limits: ExtractionLimits): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source.open()) {
    bytes += chunk.byteLength;
    checkSize(Math.max(1, bytes), limits);
    yield chunk;
  }
  if (bytes !== source.bytes) {
    throw new ExtractionError('server_error', `The file has ${bytes} bytes where ${source.bytes} were announced.`);
  }
}
