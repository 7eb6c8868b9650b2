/** The ApiError for a JSON body that exceeds a ceiling; it names the parameter. */
import { JSON_CEILINGS } from '@selfsame/contract/ceilings';
import type { ApiError } from '../errors/api-error.ts';
import { errors } from '../errors/catalogue.ts';

/** For a later item, the error names the list only. */
const MAX_SHOWN_INDEX = 999;
const MAX_SHOWN_LEVELS = 6;

type Ceiling = keyof typeof JSON_CEILINGS;

const COUNTED: Readonly<Record<Ceiling, (limit: number) => string>> = {
  objectKeys: (limit) => `an object with more than ${limit} properties`,
  keys: (limit) => `more than ${limit} properties`,
  strings: (limit) => `more than ${limit} strings`,
  containers: (limit) => `more than ${limit} objects and arrays`,
  scalars: (limit) => `more than ${limit} numbers`,
};

/** `path`: position in the body at which the ceiling was exceeded. */
export function toCeilingError(ceiling: Ceiling, path: readonly (string | number)[]): ApiError {
  const param = toParam(path);
  return errors.requestTooComplex(param, COUNTED[ceiling](JSON_CEILINGS[ceiling]));
}

function toParam(path: readonly (string | number)[]): string | null {
  const end = path.findIndex((part) => typeof part === 'number' && part > MAX_SHOWN_INDEX);
  const shown = path.slice(0, end === -1 ? MAX_SHOWN_LEVELS : Math.min(end, MAX_SHOWN_LEVELS));
  const [first, ...rest] = shown;
  // A body that is a list has no parameters.
  if (typeof first !== 'string') return null;
  return rest.reduce<string>(
    (param, part) => (typeof part === 'number' ? `${param}[${part}]` : `${param}.${part}`),
    first,
  );
}
