/**
 * Converts schemas to grammar rules in a worker thread, because a conversion may take 200 ms, and caches recent results
 * and refusals. Invariant: the event loop only serialises the schemas.
 */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { errors } from '../../../errors/catalogue.ts';
import { createTaskThread, type TaskThread, TaskTimeout } from '../../../lib/task-thread.ts';
import type { SchemaBodies, SchemaRefusal, SchemaTask } from './schema-bodies.ts';

/** A requested schema and its request parameter. */
export interface AskedSchema extends SchemaTask {
  param: string;
}

export interface SchemaConverter {
  /**
   * Returns the rules of all schemas. Throws ApiError `invalid_json_schema` with the parameter of the first schema that
   * cannot be enforced or times out, `engine_overloaded` when too many conversions wait, and the reason of the signal.
   */
  convert(schemas: readonly AskedSchema[], signal: AbortSignal): Promise<SchemaBodies>;
}

/** Bound to the signal of one request. */
export type Convert = (schemas: readonly AskedSchema[]) => Promise<SchemaBodies>;

type Converted = SchemaBodies | SchemaRefusal;

/** The worker script has the extension of this file: `.ts` in the repository, `.js` when published. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/schema-converter(\.[jt]s)$/, 'schema-thread$1');
/** Step counts bound a conversion to about 300 ms; this limit applies on machines under load. */
const MAX_CONVERSION_MS = 10_000;
const MAX_WAITING = 256;
/** Total length of the cached rules. */
const MAX_CACHED_CHARS = 16_000_000;

export function createSchemaConverter(
  thread: Pick<TaskThread<string, Converted>, 'run' | 'waiting'> = createTaskThread({
    program: PROGRAM,
    limitMs: MAX_CONVERSION_MS,
  }),
): SchemaConverter {
  /** Keyed by digest; the least recently used comes first. */
  const cached = new Map<string, Promise<Converted>>();
  const sizes = new Map<string, number>();
  let size = 0;

  function forget(key: string): void {
    cached.delete(key);
    size -= sizes.get(key) ?? 0;
    sizes.delete(key);
  }

  async function work(key: string, text: string): Promise<Converted> {
    try {
      const converted = await thread.run(text);
      const length = sizeOf(converted);
      sizes.set(key, length);
      size += length;
      for (const oldest of cached.keys()) {
        if (size <= MAX_CACHED_CHARS) break;
        if (sizes.has(oldest)) forget(oldest);
      }
      return converted;
    } catch (error) {
      forget(key);
      throw error;
    }
  }

  function retrieve(text: string): Promise<Converted> {
    const key = createHash('sha256').update(text).digest('base64');
    const known = cached.get(key);
    if (known === undefined && thread.waiting >= MAX_WAITING) throw errors.engineOverloaded(thread.waiting);
    const converted = known ?? work(key, text);
    cached.delete(key);
    cached.set(key, converted);
    return converted;
  }

  return {
    async convert(schemas, signal) {
      signal.throwIfAborted();
      if (schemas.length === 0) return { rules: [], roots: [], ignored: [] };
      const text = serialise(schemas);
      const converted = await unlessAborted(retrieve(text), signal).catch((error: unknown) => {
        if (!(error instanceof TaskTimeout)) throw error;
        throw errors.invalidJsonSchema(paramOf(schemas), '', error.message);
      });
      if ('roots' in converted) return converted;
      const { index, path, message } = converted;
      throw errors.invalidJsonSchema(schemas[index]?.param ?? '', path, message);
    },
  };
}

/** Returns the parameter that contains all schemas: `tools` for several functions. */
function paramOf([first, ...others]: readonly AskedSchema[]): string {
  const param = first?.param ?? '';
  return others.length === 0 ? param : param.replace(/[.[].*/, '');
}

/**
 * Returns the request parameters that are not enforced, e.g. `tools[0].function.parameters.properties.a.uniqueItems`.
 */
export function ignoredParams(schemas: readonly AskedSchema[], { ignored }: SchemaBodies): string[] {
  return ignored.map(({ index, path }) => (schemas[index]?.param ?? '') + toParamPath(path));
}

function toParamPath(pointer: string): string {
  const parts = pointer.split('/').slice(1);
  return parts
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part.replaceAll('~1', '/').replaceAll('~0', '~')}`))
    .join('');
}

function serialise(schemas: readonly AskedSchema[]): string {
  try {
    return JSON.stringify(
      schemas.map(({ schema, strict, isArguments }): SchemaTask => ({ schema, strict, isArguments })),
    );
  } catch {
    // Values parsed from JSON fail to serialise only if they are nested too deeply.
    throw errors.invalidJsonSchema(paramOf(schemas), '', 'it is nested too deeply');
  }
}

function sizeOf(converted: Converted): number {
  if (!('rules' in converted)) return converted.path.length + converted.message.length;
  return converted.rules.reduce((sum, [name, body]) => sum + name.length + body.length, 0);
}

/** Rejects with the reason of the signal if it aborts first. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
