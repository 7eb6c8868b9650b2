/** Checks of option values. Each throws an `OptionError` that names the option, what it must be, and what it is. */
import { OptionError } from './transport-errors.ts';

export type Check = (value: unknown, path: string) => void;

/** Fields of a record: a check per name. */
export type Fields = Readonly<Record<string, Check>>;

function refuse(path: string, expected: string, value: unknown): never {
  throw new OptionError(path, `must be ${expected}, but is ${describe(value)}`);
}

function describe(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
}

export const isBoolean: Check = (value, path) => {
  if (typeof value !== 'boolean') refuse(path, 'true or false', value);
};

export const isText: Check = (value, path) => {
  if (typeof value !== 'string' || value === '') refuse(path, 'a text that is not empty', value);
};

/** Passwords: the message does not contain the value. */
export const isSecret: Check = (value, path) => {
  if (typeof value !== 'string') refuse(path, 'a text', undefined);
};

export function isOneOf(...values: readonly string[]): Check {
  const expected = values.map((value) => `'${value}'`).join(' or ');
  return (value, path) => {
    if (!values.some((each) => each === value)) refuse(path, expected, value);
  };
}

interface Range {
  min?: number;
  max?: number;
  /** A value outside the range with a meaning of its own. */
  or?: number;
}

function inRange(value: number, { min = 0, max = Number.MAX_SAFE_INTEGER, or }: Range): boolean {
  return value === or || (value >= min && value <= max);
}

function nameRange({ min = 0, max, or }: Range): string {
  const range = max === undefined ? `of at least ${min}` : `from ${min} to ${max}`;
  return or === undefined ? range : `${range}, or ${or}`;
}

export function isInteger(range: Range = {}): Check {
  return (value, path) => {
    if (!Number.isSafeInteger(value) || !inRange(value as number, range)) {
      refuse(path, `a whole number ${nameRange(range)}`, value);
    }
  };
}

/** Numbers with decimals: seconds, shares and factors. */
export function isNumber(range: Range = {}): Check {
  return (value, path) => {
    if (typeof value !== 'number' || !Number.isFinite(value) || !inRange(value, range)) {
      refuse(path, `a number ${nameRange(range)}`, value);
    }
  };
}

/** Seconds that a timer of the runtime can wait: at most 24 days. */
const MAX_SECONDS = 2_073_600;

export function isSeconds(range: Range = {}): Check {
  return isNumber({ max: MAX_SECONDS, ...range });
}

export function isListOf(check: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return refuse(path, 'a list', value);
    for (const [index, item] of value.entries()) check(item, `${path}[${index}]`);
  };
}

/** An HTTP status. */
export const isStatus = isInteger({ min: 100, max: 599 });

export function isRecord(fields: Fields, required: readonly string[] = []): Check {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(path, 'an object', value);
    checkFields(value as Record<string, unknown>, fields, path);
    const missing = required.find((name) => (value as Record<string, unknown>)[name] === undefined);
    if (missing !== undefined) throw new OptionError(`${path}.${missing}`, 'is missing');
  };
}

/** Checks the fields that are present; refuses those without a check. */
export function checkFields(record: Record<string, unknown>, fields: Fields, path = ''): void {
  for (const [name, value] of Object.entries(record)) {
    const full = path === '' ? name : `${path}.${name}`;
    const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (check === undefined) throw new OptionError(full, 'is unknown');
    if (value !== undefined) check(value, full);
  }
}
