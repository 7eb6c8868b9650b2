/** Reads saved API objects: JSON (a list, a page of a list or one object) or JSON Lines of the same. */
import { readFile } from 'node:fs/promises';
import { parseBoundedJson } from '../../../lib/bounded-json.ts';

export type ApiObject = Readonly<Record<string, unknown>>;

/** The file cannot be read, or is neither JSON nor JSON Lines; the message names it. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

const isObject = (value: unknown): value is ApiObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(text: string): unknown {
  try {
    return parseBoundedJson(text);
  } catch {
    return undefined;
  }
}

function* objectsOf(value: unknown, path: string): Generator<ApiObject> {
  if (Array.isArray(value)) for (const each of value) yield* objectsOf(each, path);
  else if (!isObject(value)) throw new ImportError(`${path} holds something that is no object.`);
  else if (Array.isArray(value['data'])) yield* objectsOf(value['data'], path);
  else yield value;
}

/** In the order of the file, which is read into memory as a whole. Throws ImportError. */
export async function readObjects(path: string): Promise<ApiObject[]> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new ImportError(`${path} cannot be read: ${cause.message}.`, { cause });
  });
  const whole = parse(text);
  if (whole !== undefined) return [...objectsOf(whole, path)];
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const value = parse(line);
    if (value === undefined) throw new ImportError(`${path} is neither JSON nor JSON lines: see line ${index + 1}.`);
    return [...objectsOf(value, path)];
  });
}
