/** The error for a file in the container of Office before 2007, which encrypted documents of current Office use too. */
import { createReadStream } from 'node:fs';
import { ExtractionError } from './extraction-error.ts';

/** Name of the stream with the encrypted document. */
const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le');

export async function oldOfficeError(path: string): Promise<ExtractionError> {
  let tail = Buffer.alloc(0);
  for await (const chunk of createReadStream(path)) {
    const bytes = Buffer.concat([tail, chunk as Buffer]);
    if (bytes.includes(ENCRYPTED)) {
      return new ExtractionError('invalid_file', 'The document is encrypted; save it without a password.');
    }
    tail = bytes.subarray(-ENCRYPTED.length);
  }
  const message = 'The file is a document of Office before 2007 (.doc, .ppt, .xls); save it as .docx, .pptx or .xlsx.';
  return new ExtractionError('unsupported_file', message);
}
