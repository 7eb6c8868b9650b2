/** URLs of requests: the path template with its parameters, and query strings in the form of the official clients. */
import { SelfsameError } from './errors.ts';

/** Characters of a path segment that need no escape (RFC 3986, `pchar`). */
const NEEDS_ESCAPE = /[^A-Za-z0-9\-._~!$&'()*+,;=:@]+/g;
const DOT_SEGMENT = /^(?:\.|%2e){1,2}$/i;

/**
 * Fills a template such as `/models/{model}`.
 * @throws SelfsameError for an absent parameter, or one that would change the path.
 */
export function buildPath(template: string, params: Readonly<Record<string, unknown>> | undefined): string {
  if (!template.includes('{')) return template;
  return template.replaceAll(/\{(\w+)\}/g, (_match, name: string) => {
    const value = params?.[name];
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw new SelfsameError(`'${name}' of ${template} must be a string, but is ${describe(value)}`);
    }
    const text = String(value);
    if (text === '') throw new SelfsameError(`'${name}' of ${template} must not be empty`);
    if (DOT_SEGMENT.test(text)) throw new SelfsameError(`'${name}' of ${template} must not be '${text}'`);
    return text.replaceAll(NEEDS_ESCAPE, encodeURIComponent);
  });
}

const describe = (value: unknown): string => (value === null ? 'null' : typeof value);

/** Encodes everything except unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Lists become `include[]=a&include[]=b`, objects `metadata[topic]=cats`. Absent values are omitted. */
export function buildQuery(query: object): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(query)) addQuery(parts, name, value);
  return parts.join('&');
}

function addQuery(parts: string[], name: string, value: unknown): void {
  if (value === undefined) return;
  if (Array.isArray(value)) {
    for (const item of value) addQuery(parts, `${name}[]`, item);
  } else if (value instanceof Date) {
    addQuery(parts, name, value.toISOString());
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) addQuery(parts, `${name}[${key}]`, inner);
  } else {
    parts.push(`${encode(name)}=${value === null ? '' : encode(String(value as string | number | boolean))}`);
  }
}
