/** Numbers and strings whose range is checked when they are created; the contract states the ranges. */
import { SelfsameError } from '../core/errors.ts';

declare const REFINED: unique symbol;

/** A value that a constructor checked. It is a plain number or string at run time. */
export type Refined<Base extends number | string, Name extends string> = Base & { readonly [REFINED]: Name };

export class RefinedTypeError extends SelfsameError {
  /** Name of the parameter, e.g. `top_p`. */
  readonly field: string;
  /** The allowed values in words, e.g. `a number from 0 to 1`. */
  readonly range: string;

  constructor(field: string, range: string, found: string) {
    super(`\`${field}\` must be ${range}, but ${found}`);
    this.field = field;
    this.range = range;
  }
}

export interface Refinement<Base extends number | string, Name extends string> {
  /** @throws RefinedTypeError for a value outside the range. */
  (value: Base): Refined<Base, Name>;
  /** Whether the value is in the range. */
  is: (value: unknown) => value is Refined<Base, Name>;
  readonly field: string;
  /** The allowed values in words. */
  readonly range: string;
}

/** The part of a JSON Schema that a refined type checks. */
interface Bounds {
  type?: string | readonly string[];
  anyOf?: readonly Bounds[];
  oneOf?: readonly Bounds[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}

/** An object schema of the contract. */
interface ObjectSchema {
  properties: Readonly<Record<string, object>>;
}

/** The constructor of a number in the range of one property. @throws Error if the property is not a number. */
export function refineNumber<Name extends string>(schema: ObjectSchema, field: string): Refinement<number, Name> {
  const bounds = boundsOf(schema, field, ['number', 'integer']);
  const isInteger = typesOf(bounds).includes('integer');
  const { minimum = -Infinity, maximum = Infinity } = bounds;
  const range = `${isInteger ? 'an integer' : 'a number'}${interval(minimum, maximum)}`;
  const problem = (value: unknown) => {
    if (typeof value !== 'number' || Number.isNaN(value)) return `is ${describe(value)}`;
    const isAllowed = value >= minimum && value <= maximum && (!isInteger || Number.isInteger(value));
    return isAllowed ? undefined : `is ${value}`;
  };
  return toRefinement({ field, range, problem });
}

/** The constructor of a string whose length is that of one property. @throws Error if the property is not a string. */
export function refineString<Name extends string>(schema: ObjectSchema, field: string): Refinement<string, Name> {
  const { minLength = 0, maxLength = Infinity } = boundsOf(schema, field, ['string']);
  const range = `a string of${lengths(minLength, maxLength)} characters`;
  const problem = (value: unknown) => {
    if (typeof value !== 'string') return `is ${describe(value)}`;
    // The server counts code points.
    const { length } = Array.from(value);
    return length >= minLength && length <= maxLength ? undefined : `has ${length}`;
  };
  return toRefinement({ field, range, problem });
}

interface Rule {
  field: string;
  range: string;
  /** What is wrong with a value, to follow "but"; undefined if it is in the range. */
  problem: (value: unknown) => string | undefined;
}

function toRefinement<Base extends number | string, Name extends string>(rule: Rule): Refinement<Base, Name> {
  const { field, range, problem } = rule;
  const create = (value: Base): Refined<Base, Name> => {
    const found = problem(value);
    if (found !== undefined) throw new RefinedTypeError(field, range, found);
    return value as Refined<Base, Name>;
  };
  const is = (value: unknown): value is Refined<Base, Name> => problem(value) === undefined;
  return Object.assign(create, { field, range, is });
}

const typesOf = ({ type = [] }: Bounds): readonly string[] => (typeof type === 'string' ? [type] : type);

/** The schema of the property, or its branch of one of the types. */
function boundsOf({ properties }: ObjectSchema, field: string, types: readonly string[]): Bounds {
  const schema: Bounds = properties[field] ?? {};
  const branches = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  const found = branches.find((branch) => typesOf(branch).some((type) => types.includes(type)));
  if (found === undefined) throw new Error(`the contract has no ${types.join(' or ')} \`${field}\``);
  return found;
}

function interval(minimum: number, maximum: number): string {
  if (minimum === -Infinity) return maximum === Infinity ? '' : ` of at most ${maximum}`;
  return maximum === Infinity ? ` of at least ${minimum}` : ` from ${minimum} to ${maximum}`;
}

function lengths(minimum: number, maximum: number): string {
  if (minimum === 0) return ` at most ${maximum}`;
  return ` ${minimum} to ${maximum}`;
}

const describe = (value: unknown): string => (value === null ? 'null' : Number.isNaN(value) ? 'NaN' : typeof value);
