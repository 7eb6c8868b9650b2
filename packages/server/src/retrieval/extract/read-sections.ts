/** One file, read by the reader of its type. Runs in the process that reads files. */
import { open, stat } from 'node:fs/promises';
import { decodeText } from './decode-text.ts';
import type { TextSection } from './extracted-text.ts';
import { ExtractionError } from './extraction-error.ts';
import { fileTypeOf, HEAD_BYTES } from './file-type.ts';
import type { ReadMessage } from './messages.ts';
import { splitMarkdown, splitTex } from './split-headings.ts';

const HTML_ENCODING = /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i;

/** Throws `ExtractionError`. */
export async function* readSections(message: ReadMessage): AsyncGenerator<TextSection> {
  const { path, filename, contentType, limits } = message;
  const head = await readHead(path);
  const type = fileTypeOf(head, filename, contentType);
  const isDocument = type === 'pdf' || type === 'zip' || type === 'rtf' || type === 'html';
  if (isDocument && (await stat(path)).size > limits.documentBytes) {
    throw new ExtractionError('invalid_file', `A document may have ${limits.documentBytes} bytes.`);
  }
  if (type === 'pdf' || type === 'zip' || type === 'rtf') {
    throw new ExtractionError('unsupported_file', `Files of type .${type} are not read yet.`);
  } else {
    const declared = type === 'html' ? HTML_ENCODING.exec(head.toString('latin1'))?.[1] : undefined;
    // Markup is no text: a page may be longer than what it says.
    const mostCharacters = type === 'html' ? limits.documentBytes : limits.textCharacters;
    const text = await decodeText(path, head, { mostCharacters, declared });
    if (type === 'html') yield* (await import('./read-html.ts')).readHtml(text, limits.htmlDepth);
    else if (type === 'markdown') yield* splitMarkdown(text);
    else if (type === 'tex') yield* splitTex(text);
    else yield { text };
  }
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
