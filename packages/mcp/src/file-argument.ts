/**
 * Reads the file that an argument names: a data URI or base64, and on the user's own machine also a path or a URL.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

/** Which arguments reach beyond the call: paths and URLs do, so that only a server of the user's own machine reads them. */
export type FileAccess = 'inline' | 'local';

/** A file as the client sends it. */
export interface FileContent {
  name: string;
  type: string;
  content: Uint8Array<ArrayBuffer>;
}

export class FileArgumentError extends Error {}

/** Maximum size of a file from a URL: the API takes no larger ones. */
const MAX_BYTES = 512 * 1024 * 1024;

/** @throws FileArgumentError that names the argument and what was expected. */
export async function readFileArgument(name: string, value: unknown, access: FileAccess): Promise<FileContent> {
  if (typeof value !== 'string' || value === '')
    throw new FileArgumentError(
      `'${name}' is a string: a data URI or base64${access === 'local' ? ', a path or a URL' : ''}.`,
    );
  if (value.startsWith('data:')) return parseDataUri(name, value);
  if (/^https?:\/\//i.test(value)) {
    refuseUnlessLocal(name, access, 'a URL');
    return fetchFile(name, value);
  }
  if (/^(\/|\.{1,2}\/|~\/|[A-Za-z]:\\|file:)/.test(value) && !isBase64(value)) {
    refuseUnlessLocal(name, access, 'a path');
    return readPath(name, value);
  }
  if (isBase64(value)) return toContent(Buffer.from(value, 'base64'));
  if (access === 'local') return readPath(name, value);
  throw new FileArgumentError(`'${name}' is neither a data URI nor base64.`);
}

function refuseUnlessLocal(name: string, access: FileAccess, kind: string): void {
  if (access !== 'local')
    throw new FileArgumentError(
      `'${name}' is ${kind}, which only a server over stdio reads. Send a data URI or base64.`,
    );
}

function parseDataUri(name: string, uri: string): FileContent {
  const found = /^data:([^;,]*)((?:;[^;,]*)*),(.*)$/s.exec(uri);
  if (found === null) throw new FileArgumentError(`'${name}' is not a valid data URI.`);
  const [, type = '', parameters = '', data = ''] = found;
  const inBase64 = parameters.split(';').includes('base64');
  if (inBase64 && !isBase64(data)) throw new FileArgumentError(`'${name}' is a data URI whose data is not base64.`);
  const bytes = inBase64 ? Buffer.from(data, 'base64') : Buffer.from(decodeURIComponent(data));
  return toContent(bytes, type === '' ? undefined : type);
}

async function readPath(name: string, value: string): Promise<FileContent> {
  const path = value.startsWith('file:') ? new URL(value) : value.replace(/^~(?=\/)/, process.env['HOME'] ?? '~');
  try {
    return { ...toContent(await readFile(path)), name: basename(String(path)) };
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new FileArgumentError(`'${name}': the file ${value.slice(0, 200)} cannot be read (${code}).`);
  }
}

async function fetchFile(name: string, url: string): Promise<FileContent> {
  const response = await fetch(url).catch((error: unknown) => {
    throw new FileArgumentError(`'${name}': ${url} cannot be fetched (${(error as Error).message}).`);
  });
  if (!response.ok) throw new FileArgumentError(`'${name}': ${url} answers with status ${response.status}.`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new FileArgumentError(`'${name}': ${url} has more than ${MAX_BYTES} bytes.`);
    chunks.push(chunk);
  }
  const { name: made, ...file } = toContent(Buffer.concat(chunks), mediaTypeOf(response));
  const last = basename(new URL(url).pathname);
  return { ...file, name: last.includes('.') ? decodeURIComponent(last) : made };
}

function mediaTypeOf(response: Response): string | undefined {
  return response.headers.get('content-type')?.split(';')[0];
}

function isBase64(text: string): boolean {
  const compact = text.replaceAll(/\s/g, '');
  return compact.length >= 4 && compact.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(compact);
}

/** First bytes by file type: `[offset, bytes in Latin-1, media type, extension]`. */
const SIGNATURES: readonly (readonly [number, string, string, string])[] = [
  [0, '\x89PNG', 'image/png', 'png'],
  [0, '\xff\xd8\xff', 'image/jpeg', 'jpg'],
  [8, 'WEBP', 'image/webp', 'webp'],
  [8, 'WAVE', 'audio/wav', 'wav'],
  [0, 'OggS', 'audio/ogg', 'ogg'],
  [0, 'fLaC', 'audio/flac', 'flac'],
  [0, 'ID3', 'audio/mpeg', 'mp3'],
  [0, '\xff\xfb', 'audio/mpeg', 'mp3'],
  [4, 'ftyp', 'audio/mp4', 'm4a'],
  [0, '\x1a\x45\xdf\xa3', 'audio/webm', 'webm'],
  [0, '%PDF', 'application/pdf', 'pdf'],
];

/** Servers choose a decoder by the extension of the name, so a file without a name gets one that fits its content. */
function toContent(buffer: Buffer, declared?: string): FileContent {
  const head = buffer.subarray(0, 16).toString('latin1');
  const [, , found, extension] = SIGNATURES.find(([offset, bytes]) => head.startsWith(bytes, offset)) ?? [];
  return {
    name: `file.${extension ?? declared?.split('/')[1] ?? 'bin'}`,
    type: declared ?? found ?? 'application/octet-stream',
    content: new Uint8Array(buffer),
  };
}
