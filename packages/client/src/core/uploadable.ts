/** Values that a form sends as files. */
import { openFile } from '#platform';

/** A `Blob` or `File` that is not that of the platform, such as those of the package `formdata-node`. */
export interface BlobLike {
  readonly size: number;
  readonly type: string;
  readonly name?: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Bytes that a file consists of. Streams are sent as they are read, and only once. */
export type UploadContent =
  | Blob
  | BlobLike
  | Uint8Array<ArrayBuffer>
  | ArrayBuffer
  | AsyncIterable<Uint8Array | string>
  | Response;

/**
 * A file of a form: a `File`, bytes, a stream (of which `path` or `name` is the file name), the path of a file on this
 * machine (Node only), or content with its name.
 */
export type Uploadable =
  | UploadContent
  | { path: string; name?: string; type?: string }
  | { content: UploadContent; name: string; type?: string };

/** A part of a form: its content can be sent again only if it is a `Blob`. */
export interface FilePart {
  name: string;
  type: string;
  content: Blob | AsyncIterable<Uint8Array | string>;
}

const DEFAULT_NAME = 'unknown_file';
const DEFAULT_TYPE = 'application/octet-stream';

export function isUploadable(value: unknown): value is Uploadable {
  if (typeof value !== 'object' || value === null) return false;
  return isContent(value) || isPath(value) || ('content' in value && isContent(value.content) && 'name' in value);
}

/** A `Blob` of another implementation, such as a polyfill. */
function isForeignBlob(value: object): value is Blob {
  const { size, arrayBuffer, slice } = value as Partial<Blob>;
  return typeof size === 'number' && typeof arrayBuffer === 'function' && typeof slice === 'function';
}

function isContent(value: unknown): value is UploadContent {
  if (typeof value !== 'object' || value === null) return false;
  if (isForeignBlob(value)) return true;
  if (value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return true;
  return Symbol.asyncIterator in value || value instanceof Response || isBlobLike(value);
}

const isBlobLike = (value: object): value is BlobLike =>
  'size' in value && 'type' in value && 'arrayBuffer' in value && typeof value.arrayBuffer === 'function';

const isPath = (value: object): value is { path: string; name?: string; type?: string } =>
  'path' in value && typeof value.path === 'string' && !(Symbol.asyncIterator in value);

export async function toFilePart(value: Uploadable): Promise<FilePart> {
  if (isPath(value)) {
    const name = value.name ?? baseName(value.path) ?? DEFAULT_NAME;
    return { name, type: value.type ?? DEFAULT_TYPE, content: await openFile(value.path) };
  }
  if ('content' in value) {
    const part = await toPart(value.content);
    return { ...part, name: value.name, type: value.type ?? part.type };
  }
  return toPart(value);
}

async function toPart(content: UploadContent): Promise<FilePart> {
  if (content instanceof Response) {
    const name = baseName(safePathname(content.url)) ?? DEFAULT_NAME;
    const blob = await content.blob();
    return { name, type: blob.type || DEFAULT_TYPE, content: blob };
  }
  if (content instanceof Blob) {
    return { name: nameOf(content) ?? 'blob', type: content.type || DEFAULT_TYPE, content };
  }
  if (isBlobLike(content)) {
    const blob = new Blob([await content.arrayBuffer()]);
    return { name: nameOf(content) ?? 'blob', type: content.type || DEFAULT_TYPE, content: blob };
  }
  if (content instanceof ArrayBuffer || ArrayBuffer.isView(content)) {
    return { name: DEFAULT_NAME, type: DEFAULT_TYPE, content: new Blob([content as Uint8Array<ArrayBuffer>]) };
  }
  if (isForeignBlob(content)) {
    const blob = new Blob([await content.arrayBuffer()]);
    return { name: nameOf(content) ?? DEFAULT_NAME, type: content.type || DEFAULT_TYPE, content: blob };
  }
  return { name: nameOf(content) ?? DEFAULT_NAME, type: DEFAULT_TYPE, content };
}

function nameOf(value: object): string | undefined {
  const { name, path } = value as { name?: unknown; path?: unknown };
  if (typeof name === 'string' && name !== '') return baseName(name);
  return typeof path === 'string' || path instanceof Uint8Array ? baseName(String(path)) : undefined;
}

const baseName = (path: string): string | undefined => path.split(/[\\/]/).pop() || undefined;

function safePathname(url: string): string {
  try {
    return decodeURIComponent(new URL(url).pathname);
  } catch {
    return '';
  }
}
