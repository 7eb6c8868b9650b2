/** Checks a multipart form: its fields as the schema says, and that its file parts are files and nothing else is. */
import { BINARY_FORMAT } from '@selfsame/contract/bytes';
import { errors } from '../errors/catalogue.ts';
import { ReceivedFile } from '../lib/received-file.ts';

interface FormSchema {
  properties?: Record<string, { format?: string; items?: { format?: string } }>;
}

/**
 * `check` sees each file as its name, for files have no JSON, and may coerce what it sees; the coerced fields are put back into `form`.
 * @throws ApiError of `check`, or one that names the field that should be a file, or should be none.
 */
export function checkForm(form: Record<string, unknown>, schema: object, check: (fields: unknown) => void): void {
  const fields = Object.fromEntries(Object.entries(form).map(([name, value]) => [name, withoutFiles(value)]));
  check(fields);
  const { properties = {} } = schema as FormSchema;
  for (const [name, value] of Object.entries(form)) {
    const property = properties[name];
    const wantsFile = (property?.format ?? property?.items?.format) === BINARY_FORMAT;
    const files = [value].flat().filter((part) => part instanceof ReceivedFile);
    if (wantsFile && files.length < [value].flat().length) throw errors.invalidType(name, 'a file', 'text');
    if (!wantsFile && files.length > 0) throw errors.invalidType(name, 'text', 'a file');
    if (!wantsFile) form[name] = fields[name];
  }
}

function withoutFiles(value: unknown): unknown {
  if (value instanceof ReceivedFile) return value.filename;
  if (Array.isArray(value)) return value.map(withoutFiles);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutFiles(inner)]));
}
