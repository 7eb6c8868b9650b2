/**
 * Values of flags. A field that takes only text gets the words as they are; any other field gets JSON where the words
 * are JSON of one of its types, else text. `@PATH` is the content of a file, `-` that of the standard input.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Uploadable } from '@selfsame/client';
import type { JsonType, SchemaFacts } from './schema-facts.ts';
import { UsageError } from './usage-error.ts';

/** Reads the standard input, once. */
export type ReadInput = () => Promise<Uint8Array<ArrayBuffer>>;

export interface ValueSource {
  /** The flag, for messages, e.g. `--file-ids`. */
  flag: string;
  text: string;
  /** Whether the words are JSON in any case (`--field:json`). */
  isJson: boolean;
  facts: SchemaFacts;
}

export async function readValue(source: ValueSource, readInput: ReadInput): Promise<unknown> {
  const { flag, text, facts } = source;
  if (facts.isFile) return readFilePart(flag, text, readInput);
  const { content, isFile } = await readContent(flag, text, readInput);
  if (source.isJson) return parseJson(flag, content);
  if (takesOnlyText(facts)) return content;
  const value = tryJson(content);
  if (value !== undefined && accepts(facts, value)) return value;
  if (facts.types.has('string') || facts.types.size === 0) return content;
  if (isFile) throw new UsageError(`${flag}: the content of ${text} is not JSON of ${describeTypes(facts)}.`);
  throw new UsageError(`${flag} takes ${describeTypes(facts)}, not '${text}'.`);
}

async function readFilePart(flag: string, text: string, readInput: ReadInput): Promise<Uploadable> {
  const [, name = 'stdin'] = /^-(?::(.+))?$/.exec(text) ?? [];
  if (/^-(:.+)?$/.test(text)) return { content: new Blob([await readInput()]), name };
  if (!text.startsWith('@')) throw new UsageError(`${flag} takes a file: @PATH, or - for the standard input.`);
  const path = text.slice(1);
  await checkReadable(flag, path);
  return { path, name: basename(path) };
}

async function readContent(
  flag: string,
  text: string,
  readInput: ReadInput,
): Promise<{ content: string; isFile: boolean }> {
  if (text === '-') return { content: new TextDecoder().decode(await readInput()), isFile: true };
  if (text.startsWith('@@')) return { content: text.slice(1), isFile: false };
  if (!text.startsWith('@')) return { content: text, isFile: false };
  return { content: await readFile(text.slice(1), 'utf8').catch(explainRead(flag, text.slice(1))), isFile: true };
}

async function checkReadable(flag: string, path: string): Promise<void> {
  const { open } = await import('node:fs/promises');
  const handle = await open(path).catch(explainRead(flag, path));
  const isFile = (await handle.stat()).isFile();
  await handle.close();
  if (!isFile) throw new UsageError(`${flag}: ${path} is not a file.`);
}

const explainRead = (flag: string, path: string) => (error: NodeJS.ErrnoException) => {
  const reason = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code ?? error.message})`;
  throw new UsageError(`${flag}: the file ${path} ${reason}.`);
};

/** Text of any kind; null does not count, because `--field:json null` sends it. */
function takesOnlyText({ types, values }: SchemaFacts): boolean {
  return types.has('string') && values.length === 0 && [...types].every((type) => type === 'string' || type === 'null');
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function parseJson(flag: string, text: string): unknown {
  const value = tryJson(text);
  if (value === undefined) throw new UsageError(`${flag}:json takes JSON, not '${text.slice(0, 60)}'.`);
  return value;
}

function accepts({ types, values }: SchemaFacts, value: unknown): boolean {
  if (types.size === 0) return true;
  if (typeof value === 'string') return types.has('string') && (values.length === 0 || values.includes(value));
  if (typeof value === 'number') return types.has('number') || (types.has('integer') && Number.isInteger(value));
  return types.has(typeOf(value));
}

function typeOf(value: unknown): JsonType {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : (typeof value as JsonType);
}

const NAMES: Readonly<Record<JsonType, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
  object: 'a JSON object',
  array: 'a JSON list',
  null: 'null',
};

/** E.g. `an integer or null`. */
export function describeTypes({ types, values }: SchemaFacts): string {
  if (types.size === 0) return 'any value';
  const names = [...types].map((type) => (type === 'string' && values.length > 0 ? values.join(', ') : NAMES[type]));
  const last = names.at(-1) ?? '';
  return names.length === 1 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}
