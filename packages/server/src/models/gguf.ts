/** Looks at the first bytes of a model file: is it a GGUF file that this machine's engine can read at all? */
import { open } from 'node:fs/promises';

const MAGIC = 'GGUF';
const HEADER_BYTES = 24;
const VERSIONS = [2, 3];

/** Returns why the file is refused, as the end of a sentence that begins with its path, or undefined when it looks right. */
export async function findGgufFault(path: string): Promise<string | undefined> {
  const file = await open(path);
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await file.read(header, 0, HEADER_BYTES, 0);
    if (bytesRead < HEADER_BYTES || header.toString('latin1', 0, 4) !== MAGIC) {
      return `is not a GGUF file (it begins with ${JSON.stringify(header.toString('latin1', 0, Math.min(4, bytesRead)))})`;
    }
    const version = header.readUInt32LE(4);
    if (!VERSIONS.includes(version))
      return `is a GGUF file of version ${version}; versions ${VERSIONS.join(' and ')} are read`;
    return undefined;
  } finally {
    await file.close();
  }
}
