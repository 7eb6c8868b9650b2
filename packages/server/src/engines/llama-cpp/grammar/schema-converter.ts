/**
 * Schemas → rules of a grammar, beside the event loop: a thread does the work, which may take a fifth of a second, and what was made or
 * refused lately is kept. Invariant: nothing here takes longer on the event loop than writing the schemas down.
 */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { errors } from '../../../errors/catalogue.ts';
import { createTaskThread, type TaskThread, TaskTimeout } from '../../../lib/task-thread.ts';
import type { SchemaBodies, SchemaRefusal, SchemaTask } from './schema-bodies.ts';

/** A schema that is asked for, and the parameter it came in. */
export interface AskedSchema extends SchemaTask {
  param: string;
}

export interface SchemaConverter {
  /**
   * The rules of all schemas. Throws ApiError `invalid_json_schema` that names the first one that cannot be enforced, or not in time;
   * `engine_overloaded` when too many wait; and the signal's reason.
   */
  convert(schemas: readonly AskedSchema[], signal: AbortSignal): Promise<SchemaBodies>;
}

/** Bound to the signal of one request. */
export type Convert = (schemas: readonly AskedSchema[]) => Promise<SchemaBodies>;

type Converted = SchemaBodies | SchemaRefusal;

/** The script beside this file, with this file's own extension: `.ts` in the repository, `.js` when published. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/schema-converter(\.[jt]s)$/, 'schema-thread$1');
/** The work is bounded by count already, to about a third of a second; this is for machines that have other things to do. */
const LIMIT_MS = 10_000;
const MOST_WAITING = 256;
/** Characters of kept rules. */
const MOST_KEPT = 16_000_000;

export function createSchemaConverter(
  thread: Pick<TaskThread<string, Converted>, 'run' | 'waiting'> = createTaskThread({
    program: PROGRAM,
    limitMs: LIMIT_MS,
  }),
): SchemaConverter {
  /** By digest; who was not asked for the longest comes first. */
  const kept = new Map<string, Promise<Converted>>();
  const sizes = new Map<string, number>();
  let size = 0;

  function forget(key: string): void {
    kept.delete(key);
    size -= sizes.get(key) ?? 0;
    sizes.delete(key);
  }

  async function work(key: string, text: string): Promise<Converted> {
    try {
      const converted = await thread.run(text);
      const length = sizeOf(converted);
      sizes.set(key, length);
      size += length;
      for (const oldest of kept.keys()) {
        if (size <= MOST_KEPT) break;
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
    const known = kept.get(key);
    if (known === undefined && thread.waiting >= MOST_WAITING) throw errors.engineOverloaded(thread.waiting);
    const converted = known ?? work(key, text);
    kept.delete(key);
    kept.set(key, converted);
    return converted;
  }

  return {
    async convert(schemas, signal) {
      signal.throwIfAborted();
      if (schemas.length === 0) return { rules: [], roots: [], ignored: [] };
      const text = write(schemas);
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

/** What all of them came in: `tools` for those of several functions. */
function paramOf([first, ...others]: readonly AskedSchema[]): string {
  const param = first?.param ?? '';
  return others.length === 0 ? param : param.replace(/[.[].*/, '');
}

/** The request's parameters that are not enforced, e.g. `tools[0].function.parameters.properties.a.uniqueItems`. */
export function ignoredParams(schemas: readonly AskedSchema[], { ignored }: SchemaBodies): string[] {
  return ignored.map(({ index, path }) => (schemas[index]?.param ?? '') + toParamPath(path));
}

function toParamPath(pointer: string): string {
  const parts = pointer.split('/').slice(1);
  return parts
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part.replaceAll('~1', '/').replaceAll('~0', '~')}`))
    .join('');
}

function write(schemas: readonly AskedSchema[]): string {
  try {
    return JSON.stringify(
      schemas.map(({ schema, strict, isArguments }): SchemaTask => ({ schema, strict, isArguments })),
    );
  } catch {
    // The only way in which what was read from JSON cannot be written.
    throw errors.invalidJsonSchema(paramOf(schemas), '', 'it is nested too deeply');
  }
}

function sizeOf(converted: Converted): number {
  if (!('rules' in converted)) return converted.path.length + converted.message.length;
  return converted.rules.reduce((sum, [name, body]) => sum + name.length + body.length, 0);
}

/** Rejects with the signal's reason when it is aborted first. */
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
