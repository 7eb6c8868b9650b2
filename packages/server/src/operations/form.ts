/** Checks a multipart form: its fields against the schema, and that exactly the file parts are files. */
import { BINARY_FORMAT } from '@selfsame/contract/bytes';
import { errors } from '../errors/catalogue.ts';
import { ReceivedFile } from '../lib/received-file.ts';

interface FormSchema {
  properties?: Record<string, FieldSchema>;
}

interface FieldSchema {
  format?: string;
  items?: FieldSchema;
  anyOf?: FieldSchema[];
}

/**
 * `check` receives each file as its name, since a file has no JSON value, and may coerce fields; the coerced fields
 * replace those of `form`.
 * @throws ApiError of `check`, or one that names a field that must be a file, or must not be one.
 */
export function checkForm(form: Record<string, unknown>, schema: object, check: (fields: unknown) => void): void {
  const fields = Object.fromEntries(Object.entries(form).map(([name, value]) => [name, withoutFiles(value)]));
  check(fields);
  const { properties = {} } = schema as FormSchema;
  for (const [name, value] of Object.entries(form)) {
    const property = properties[name];
    const isFileField = property !== undefined && isFile(property);
    const files = [value].flat().filter((part) => part instanceof ReceivedFile);
    if (isFileField && files.length < [value].flat().length) throw errors.invalidType(name, 'a file', 'text');
    if (!isFileField && files.length > 0) throw errors.invalidType(name, 'text', 'a file');
    if (!isFileField) form[name] = fields[name];
  }
}

/** Whether a field is a file, several files, or either. */
function isFile({ format, items, anyOf = [] }: FieldSchema): boolean {
  return format === BINARY_FORMAT || [...(items === undefined ? [] : [items]), ...anyOf].some(isFile);
}

function withoutFiles(value: unknown): unknown {
  if (value instanceof ReceivedFile) return value.filename;
  if (Array.isArray(value)) return value.map(withoutFiles);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutFiles(inner)]));
}
