/** Parses the argument of `selfsame pull`: a catalogue id, a hub file, a URL or a path. */
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { PullableModel } from './catalogue/catalogue-model.ts';
import { catalogue, findCatalogueModel } from './catalogue.ts';
import { fileFormatOf, withoutExtension } from './file-formats.ts';
import { parseHubReference } from './sources/hf.ts';

const FORMS =
  'a catalogue id, hf:OWNER/REPO, hf:OWNER/REPO:FILE, hf:OWNER/REPO@REVISION:FILE, https://HOST/PATH/FILE.gguf, file:/PATH/FILE.gguf or a path';
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const SHARD = /-\d{5}-of-\d{5}\.gguf$/i;

/** The text is not a valid reference; the message lists the accepted forms. */
export class ModelReferenceError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ModelReferenceError';
  }
}

/**
 * Accepts a catalogue id, `hf:owner/repo[@revision]:file`, `https://…`, `file:/path` or a plain path (relative to the
 * working directory). A model outside of the catalogue has no known checksum; its label says so. Throws
 * `ModelReferenceError`.
 */
export function parseModelReference(text: string): PullableModel {
  const trimmed = text.trim();
  const known = findCatalogueModel(trimmed.toLowerCase());
  if (known !== undefined) return known;
  if (trimmed.startsWith('hf:')) return fromHub(trimmed);
  const url = URL.parse(trimmed);
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return fromUrl(trimmed, url);
  if (url?.protocol === 'file:') return fromPath(fileURLToPath(url));
  if (isAbsolute(trimmed) || /[/\\]|\.(gguf|bin)$/i.test(trimmed)) return fromPath(resolve(trimmed));
  const ids = catalogue.map(({ id }) => id).join(', ');
  throw new ModelReferenceError(
    `'${text}' is no model that can be pulled: give ${FORMS}. The catalogue holds: ${ids}.`,
  );
}

/**
 * The id of a model outside of the catalogue: its file name in lower case, without its extension, with the quantisation
 * suffix.
 */
export function toModelId(file: string): string {
  return withoutExtension(file);
}

function fromHub(text: string): PullableModel {
  const hub = parseHubReference(text);
  if (hub === undefined) throw new ModelReferenceError(`'${text}' has not the form hf:OWNER/REPO:FILE.`);
  return outside(text, hub.file, `from the hub repository ${hub.owner}/${hub.repository}`);
}

function fromUrl(text: string, url: URL): PullableModel {
  if (url.protocol === 'http:' && !LOOPBACK.has(url.hostname)) {
    throw new ModelReferenceError(`'${text}' is plain http, which allows changes to the model in transit; use https.`);
  }
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    throw new ModelReferenceError(`'${text}' cannot be read as an address.`);
  }
  return outside(text, path, `from ${url.host}`);
}

function fromPath(path: string): PullableModel {
  return outside(pathToFileURL(path).href, path, `from ${path}`);
}

function outside(source: string, path: string, origin: string): PullableModel {
  const file = path.split(/[/\\]/).at(-1) ?? '';
  const format = fileFormatOf(file);
  if (format === undefined || file.startsWith('.')) {
    throw new ModelReferenceError(
      `'${source}' does not name a .gguf file, or a .bin file of whisper.cpp: no other kind of model file is read.`,
    );
  }
  if (SHARD.test(file)) {
    throw new ModelReferenceError(
      `'${file}' is one part of a split model; split models are not supported, use a single file.`,
    );
  }
  return {
    id: toModelId(file),
    kind: format.usualKind,
    label: `${file} ${origin}; not verified: no source states its checksum.`,
    file,
    sources: [source],
  };
}
