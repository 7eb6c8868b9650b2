/**
 * The text of a file that a request contains, names by its id, or by its URL. The text begins with the name of the
 * file, and each page with its number.
 */
import { errors } from '../../errors/catalogue.ts';
import { ExtractionError, type ExtractionSource, extractText } from '../../extraction/extract.ts';
import type { SectionedText } from '../../extraction/extracted-text.ts';
import { only } from '../../lib/async-iterables.ts';
import { OutboundError } from '../../outbound/outbound-error.ts';
import { BlobMissingError } from '../../storage/blobs/blob-storage.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { Services } from '../services.ts';
import { readParts } from './read-parts.ts';

/** Of one file in a request or at a URL. */
const MAX_BYTES = 50 * 1024 ** 2;
const TIMEOUT_MS = 60_000;
const DEFAULT_NAME = 'file';

/** One of `file_id`, `file_url` and `file_data` is set. */
export interface InputFile {
  file_id?: string | null;
  file_url?: string | null;
  /** base64, or a `data:` URL. */
  file_data?: string | null;
  filename?: string | null;
}

export interface InputFileDeps extends Pick<Services, 'blobs' | 'outbound'> {
  repositories: Pick<ProjectRepositories, 'files'>;
  signal: AbortSignal;
}

/** @param param name of the file in errors. @throws ApiError naming the property that cannot be read. */
export async function readInputFile(file: InputFile, param: string, deps: InputFileDeps): Promise<string> {
  const { name, source } = await findSource(file, param, deps);
  try {
    const text = toText(source.filename, await extractText(source, { signal: deps.signal }));
    if (text !== undefined) return text;
    throw errors.invalidValue(`${param}.${name}`, `The file '${source.filename}' has no text.`);
  } catch (error) {
    deps.signal.throwIfAborted();
    if (error instanceof BlobMissingError) {
      throw errors.invalidValue(`${param}.${name}`, 'The stored content of the file is missing. Upload it again.');
    }
    if (!(error instanceof ExtractionError) || error.code === 'server_error') throw error;
    throw errors.invalidValue(`${param}.${name}`, error.message);
  }
}

type SourceName = 'file_id' | 'file_url' | 'file_data';

interface Found {
  name: SourceName;
  source: ExtractionSource;
}

async function findSource(file: InputFile, param: string, deps: InputFileDeps): Promise<Found> {
  const names = (['file_id', 'file_url', 'file_data'] as const).filter((name) => (file[name] ?? null) !== null);
  const [name] = names;
  if (name === undefined) throw errors.missingParameter(`${param}.file_id`);
  if (names.length > 1) throw errors.invalidValue(param, `A file has one of: ${names.join(', ')}.`);
  const find = { file_id: findStored, file_url: load, file_data: decode }[name];
  return { name, source: await find(file, `${param}.${name}`, deps) };
}

async function findStored({ file_id: id }: InputFile, param: string, deps: InputFileDeps): Promise<ExtractionSource> {
  const { repositories, blobs } = deps;
  const file = await repositories.files.retrieve(id ?? '');
  if (file === undefined) throw errors.objectNotFound('File', id ?? '', param);
  const { filename, contentType, bytes } = file;
  const parts = await repositories.files.listBlobs(file.id);
  return { filename, contentType, bytes, open: () => readParts(blobs, parts, { start: 0, length: bytes }) };
}

async function load(file: InputFile, param: string, { outbound, signal }: InputFileDeps): Promise<ExtractionSource> {
  const text = file.file_url ?? '';
  if (!URL.canParse(text)) throw errors.invalidValue(param, `'${text.slice(0, 200)}' is no URL.`);
  const url = new URL(text);
  try {
    const response = await outbound.limited({ maxBytes: MAX_BYTES, timeoutMs: TIMEOUT_MS })(url, { signal });
    if (!response.ok) throw errors.invalidValue(param, `The host of the file answers with ${response.status}.`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const name = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
    return toSource(bytes, file.filename ?? name, response.headers.get('content-type') ?? '');
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof OutboundError) throw errors.invalidValue(param, error.message);
    if (error instanceof TypeError || error instanceof URIError) {
      throw errors.invalidValue(param, 'The host of the file did not answer.');
    }
    throw error;
  }
}

const DATA_URL = /^data:([^;,]*)(?:;[^,]*)?,/i;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

async function decode({ file_data: text, filename }: InputFile, param: string): Promise<ExtractionSource> {
  const given = text ?? '';
  const head = DATA_URL.exec(given);
  const data = given.slice(head?.[0].length ?? 0).replaceAll(/\s/g, '');
  if (!BASE64.test(data)) throw errors.invalidValue(param, 'The data of a file are base64, or a data URL with base64.');
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length > MAX_BYTES) throw errors.invalidValue(param, `A file has at most ${MAX_BYTES} bytes.`);
  return toSource(bytes, filename ?? '', head?.[1] ?? '');
}

function toSource(bytes: Uint8Array, filename: string, contentType: string): ExtractionSource {
  const open = () => only(bytes);
  return { filename: filename === '' ? DEFAULT_NAME : filename, contentType, bytes: bytes.length, open };
}

/** Undefined for a file without text. */
function toText(filename: string, { sections }: SectionedText): string | undefined {
  let page: number | undefined;
  const texts = sections.map((section) => {
    const isNewPage = section.page !== undefined && section.page !== page;
    page = section.page;
    return isNewPage ? `[page ${page}]\n${section.text}` : section.text;
  });
  const text = texts.join(page === undefined ? '' : '\n').trim();
  return text === '' ? undefined : `File: ${filename}\n${text}\n`;
}
