/**
 * Lists differences between two schemas, one per line. `exact` (the current description) reports both directions;
 * otherwise (older ones) only incompatibilities for an older client: requests that we refuse and responses that it
 * cannot read.
 */
import type { Json, JsonObject } from './description.ts';
import { type Branch, type Resolve, type Shape, toShape } from './shape.ts';

export type Direction = 'request' | 'response';

export interface Comparison {
  direction: Direction;
  exact: boolean;
  /** Looks up references of the contract's document. */
  ours: Resolve;
  /** Looks up references of the description. */
  theirs: Resolve;
  /** Called for each difference; `place` is `Component.property[].property`. */
  report: (place: string, difference: string) => void;
  /** Pairs of components that were compared already. */
  seen: Set<string>;
  counts: { schemas: number; properties: number };
}

/** @param place where `ours` stands; a named component begins a new place. */
export function compareSchemas(context: Comparison, place: string, ours: Json, theirs: Json): void {
  const our = toShape(ours, context.ours);
  const their = toShape(theirs, context.theirs);
  // Null and the default also belong to each use of a component, so every use is compared.
  compareNull(context, place, our, their);
  compareDefault(context, place, our, their);
  const here = our.component ?? place;
  if (our.component !== undefined) {
    const pair = `${context.direction} ${our.component} ${their.component ?? `at ${place}`}`;
    if (context.seen.has(pair)) return;
    context.seen.add(pair);
    context.counts.schemas += 1;
  }
  compareBranches(context, here, our, their);
}

function compareNull({ direction, exact, report }: Comparison, place: string, our: Shape, their: Shape): void {
  if (our.nullable === their.nullable) return;
  const matters = exact || (direction === 'request' ? their.nullable : our.nullable);
  if (matters) report(place, our.nullable ? 'null is allowed here, not there' : 'null is allowed there, not here');
}

function compareDefault({ exact, report }: Comparison, place: string, our: Shape, their: Shape): void {
  const [here, there] = [JSON.stringify(our.default), JSON.stringify(their.default)];
  if (here === there || (!exact && there === undefined)) return;
  // `default: null` only means that the field is optional.
  if ((here ?? 'null') === (there ?? 'null')) return;
  report(place, `default is ${here ?? 'absent'} here, ${there ?? 'absent'} there`);
}

function compareBranches(context: Comparison, place: string, our: Shape, their: Shape): void {
  const single = isSingle(our) && isSingle(their);
  const ours = keyed(our.branches, single, context.ours);
  const theirs = keyed(their.branches, single, context.theirs);
  for (const [key, branch] of theirs) {
    const match = ours.get(key) ?? (context.exact ? undefined : wider(ours, key));
    if (match === undefined) context.report(place, `no alternative ${key}`);
    else
      compareBranch(
        context,
        match.component ?? (single || theirs.size === 1 ? place : `${place}<${key}>`),
        match,
        branch,
      );
  }
  if (!context.exact) return;
  for (const key of ours.keys()) if (!theirs.has(key)) context.report(place, `alternative ${key} is only here`);
}

function isSingle(shape: Shape): boolean {
  return shape.branches.filter((branch) => branch.type === 'object').length <= 1;
}

/** Finds an alternative that accepts every value of the missing one. */
function wider(branches: Map<string, Branch>, key: string): Branch | undefined {
  return branches.get('any') ?? (key === 'integer' ? branches.get('number') : undefined);
}

/**
 * Alternatives by type; several objects by the constant in their tag property, which has the same name on both sides.
 */
function keyed(branches: readonly Branch[], single: boolean, resolve: Resolve): Map<string, Branch> {
  const result = new Map<string, Branch>();
  for (const branch of branches) {
    const key = branch.type === 'object' && !single ? `object ${tagOf(branch, resolve)}` : branch.type;
    result.set(result.has(key) ? `${key} #${result.size}` : key, branch);
  }
  return result;
}

function tagOf(branch: Branch, resolve: Resolve): string {
  for (const name of ['type', 'role', 'object', 'kind']) {
    const schema = branch.properties.get(name);
    const values = schema === undefined ? undefined : toShape(schema, resolve).branches[0]?.enum;
    if (values !== undefined) return `${name}=${values.map(say).join('|')}`;
  }
  return [...branch.required].sort().join('+');
}

function compareBranch(context: Comparison, place: string, our: Branch, their: Branch): void {
  compareEnum(context, place, our, their);
  compareBounds(context, place, our.bounds, their.bounds);
  if (their.items !== undefined && our.items !== undefined) {
    compareSchemas(context, `${place}[]`, our.items, their.items);
  }
  if (our.type !== 'object' || their.type !== 'object') return;
  compareProperties(context, place, our, their);
  compareRequired(context, place, our, their);
  compareAdditional(context, place, our.additional, their.additional);
}

function say(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function listed(values: readonly Json[]): string {
  return values.map(say).join(', ');
}

function compareEnum({ exact, report }: Comparison, place: string, our: Branch, their: Branch): void {
  if (our.enum === undefined && their.enum === undefined) return;
  if (our.enum === undefined) {
    if (exact) report(place, `any value here, only ${listed(their.enum ?? [])} there`);
    return;
  }
  if (their.enum === undefined) {
    report(place, `only ${listed(our.enum)} here, any value there`);
    return;
  }
  const [here, there] = [our.enum, their.enum];
  const missing = there.filter((value) => !here.includes(value));
  const extra = here.filter((value) => !there.includes(value));
  if (missing.length > 0) report(place, `lacks the values ${listed(missing)}`);
  if (exact && extra.length > 0) report(place, `has the values ${listed(extra)} only here`);
}

function compareBounds(
  { exact, direction, report }: Comparison,
  place: string,
  our: JsonObject,
  their: JsonObject,
): void {
  for (const key of new Set([...Object.keys(our), ...Object.keys(their)])) {
    const [here, there] = [our[key], their[key]];
    if (JSON.stringify(here) === JSON.stringify(there)) continue;
    const looser = here === undefined || (there !== undefined && isLooser(key, here, there));
    if (!exact && (direction === 'request' ? looser : there === undefined)) continue;
    report(place, `${key} is ${JSON.stringify(here) ?? 'absent'} here, ${JSON.stringify(there) ?? 'absent'} there`);
  }
}

function isLooser(key: string, here: Json, there: Json): boolean {
  if (typeof here !== 'number' || typeof there !== 'number') return false;
  return /^(min|exclusiveMin)/.test(key) ? here < there : here > there;
}

function compareProperties(context: Comparison, place: string, our: Branch, their: Branch): void {
  for (const [name, schema] of their.properties) {
    const mine = our.properties.get(name);
    if (mine === undefined) {
      if (our.additional === undefined || our.additional === false) context.report(`${place}.${name}`, 'is missing');
      continue;
    }
    context.counts.properties += 1;
    compareSchemas(context, `${place}.${name}`, mine, schema);
  }
  if (!context.exact) return;
  for (const name of our.properties.keys()) {
    if (!their.properties.has(name)) context.report(`${place}.${name}`, 'is only here');
  }
}

function compareRequired({ exact, direction, report }: Comparison, place: string, our: Branch, their: Branch): void {
  for (const name of our.required) {
    if (their.required.has(name) || !their.properties.has(name)) continue;
    if (exact || direction === 'request') report(`${place}.${name}`, 'is required only here');
  }
  for (const name of their.required) {
    if (our.required.has(name)) continue;
    if (exact || direction === 'response') report(`${place}.${name}`, 'is required only there');
  }
}

function compareAdditional(context: Comparison, place: string, here: Json | undefined, there: Json | undefined): void {
  // Validation closes objects by default, so an absent keyword and `false` are equivalent.
  const [our, their] = [here ?? false, there ?? false];
  if (typeof our === 'object' && typeof their === 'object') {
    compareSchemas(context, `${place}{}`, our, their);
  } else if (typeof our !== typeof their ? context.exact || our === false : our !== their && (context.exact || !our)) {
    context.report(place, `further properties: ${further(our)} here, ${further(their)} there`);
  }
}

function further(value: Json): string {
  if (typeof value === 'object') return 'of one schema';
  return value === true ? 'of any kind' : 'none';
}
