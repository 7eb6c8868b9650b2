/**
 * Finds and reads the configuration file, and locates values in it for messages. JSON is parsed; a module is executed
 * with the rights of the user who starts the server.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isRecord, type ValuePath } from './form.ts';
import { locateInJson, type Position, toPosition } from './json-position.ts';

/** Names in the working directory. */
export const CONFIG_FILE_NAMES = ['selfsame.config.ts', 'selfsame.config.mjs', 'selfsame.config.json'] as const;

export interface ConfigFile {
  /** Absolute. */
  path: string;
  values: Readonly<Record<string, unknown>>;
  /** Position of the value or the name at this path of properties; undefined = unknown. */
  locate(path: ValuePath, what: 'value' | 'name'): Partial<Position> | undefined;
}

/** The configuration file cannot be read; the message names the file and the position. */
export class ConfigFileError extends Error {
  override readonly name = 'ConfigFileError';
}

/**
 * The file in this directory, or undefined. Throws `ConfigFileError` if there are several, because all but one would be
 * ignored.
 */
export function findConfigFile(directory: string): string | undefined {
  const found = CONFIG_FILE_NAMES.map((name) => join(directory, name)).filter((path) => existsSync(path));
  if (found.length > 1) throw new ConfigFileError(`${found.join(' and ')} are both here; keep one of them.`);
  return found[0];
}

export function readConfigFile(given: string): ConfigFile {
  const path = resolve(given);
  const text = readText(path);
  const values = extname(path) === '.json' ? parseJson(path, text) : runModule(path);
  if (!isRecord(values)) throw new ConfigFileError(`${path}: expected an object of settings.`);
  return {
    path,
    values,
    locate: (at, what) => (extname(path) === '.json' ? locateInJson(text, at, what) : locateInCode(text, at)),
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigFileError(`the configuration file cannot be read: ${(error as Error).message}.`);
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    const { $schema: _, ...values } = JSON.parse(text) as Record<string, unknown>;
    return Array.isArray(JSON.parse(text)) ? undefined : values;
  } catch (error) {
    const { message } = error as Error;
    const offset = /at position (\d+)/.exec(message)?.[1];
    const { line, column } = toPosition(text, offset === undefined ? text.length : Number(offset));
    const reason = message.replace(/ in JSON at position.*$/, '').replace(/, "[\s\S]*" is not valid JSON$/, '');
    throw new ConfigFileError(`${path}:${line}:${column} is not valid JSON: ${reason}.`);
  }
}

/** `export default {…}` in JavaScript or TypeScript. `import … from 'selfsame'` resolves to this program. */
function runModule(path: string): unknown {
  const url = pathToFileURL(path).href;
  const program = new URL(`../index${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url).href;
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'selfsame' ? { url: program, shortCircuit: true } : next(specifier, context),
    load: (target, context, next) =>
      next(target, target === url && path.endsWith('.ts') ? { ...context, format: 'module-typescript' } : context),
  });
  try {
    const { default: values } = createRequire(import.meta.url)(path) as { default?: unknown };
    if (values === undefined) throw new Error('it has no default export');
    return values;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_REQUIRE_ASYNC_MODULE') {
      throw new ConfigFileError(`${path}: a configuration file cannot \`await\` at its top level.`);
    }
    const position = positionIn(error, path);
    throw new ConfigFileError(`${position ?? path}: ${(error as Error).message}.`, { cause: error });
  } finally {
    hooks.deregister();
  }
}

/** `PATH:LINE:COLUMN` of the first stack frame in the file. */
function positionIn(error: unknown, path: string): string | undefined {
  const stack = (error as Error).stack ?? '';
  const at = stack.indexOf(path);
  return at < 0 ? undefined : /^:\d+(?::\d+)?/.exec(stack.slice(at + path.length))?.[0].replace(/^/, path);
}

/** The line of the last name of the path. Searches each name after the one before it. */
function locateInCode(text: string, path: ValuePath): Partial<Position> | undefined {
  let from = 0;
  let found: number | undefined;
  for (const part of path) {
    if (typeof part === 'number') continue;
    const pattern = new RegExp(`(?<![\\w$.])(['"]?)${part.replaceAll(/[^\w]/g, '\\$&')}\\1\\s*[:,}]`, 'g');
    pattern.lastIndex = from;
    const match = pattern.exec(text);
    if (match === null) return undefined;
    found = match.index;
    from = match.index + match[0].length;
  }
  return found === undefined ? undefined : { line: toPosition(text, found).line };
}
