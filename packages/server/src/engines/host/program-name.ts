/**
 * Names of engine programs on the wire: paths relative to this package, so that a client cannot make the host run other
 * files.
 */
import { isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errors } from '../../errors/catalogue.ts';

const ENGINES_FOLDER = fileURLToPath(new URL('..', import.meta.url));

export function toProgramName(program: string): string {
  return relative(ENGINES_FOLDER, program);
}

/** Throws `engine_failed` for a path outside this package. */
export function fromProgramName(name: string): string {
  const path = join(ENGINES_FOLDER, name);
  const normalized = relative(ENGINES_FOLDER, path);
  if (normalized.startsWith('..') || isAbsolute(normalized))
    throw errors.engineFailed('it is no program of this package.');
  return path;
}
