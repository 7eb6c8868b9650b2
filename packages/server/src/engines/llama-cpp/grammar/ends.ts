/** Refuses endless recursion: a value that must contain another value of the same schema can never be complete. */
import type { FlatSchema } from './walk.ts';
import { SchemaError, type Walk } from './walk.ts';

const MAX_REFERENCES = 1000;

/** Throws SchemaError if a value of one of `references` can never be complete. */
export function refuseEndless(walk: Walk, references: readonly string[]): void {
  if (references.length > MAX_REFERENCES)
    throw new SchemaError('', `more than ${MAX_REFERENCES} references are not supported`);
  const ends = new Set<string>();
  // A reference ends if its schema can be satisfied with references that are known to end. Each round may find more.
  for (let found = -1; found < ends.size; ) {
    found = ends.size;
    const open = new Set<string>();
    for (const reference of references) canEnd(walk, { reference, ends, open });
  }
  const endless = references.find((reference) => !ends.has(reference));
  if (endless !== undefined)
    throw new SchemaError(endless.slice(1), 'it must contain itself, so that a value could never be finished');
}

interface Search {
  reference: string;
  ends: Set<string>;
  /** References under examination in this round. */
  open: Set<string>;
}

function canEnd(walk: Walk, { reference, ends, open }: Search): boolean {
  if (ends.has(reference)) return true;
  if (open.has(reference)) return false;
  open.add(reference);
  const canSchemaEnd = (schema: unknown): boolean => {
    const flat = walk.flatten(schema);
    if (flat === false) return false;
    if (flat.$ref !== undefined) return canEnd(walk, { reference: flat.$ref, ends, open });
    const branches = flat.anyOf ?? flat.oneOf;
    if (branches !== undefined) return branches.some(canSchemaEnd);
    return flat.enum !== undefined || canValueEnd(flat, canSchemaEnd);
  };
  const found = canSchemaEnd(walk.follow(reference));
  if (found) ends.add(reference);
  return found;
}

function canValueEnd(flat: FlatSchema, canSchemaEnd: (schema: unknown) => boolean): boolean {
  const { properties = {}, required = [], prefixItems = [], items, minItems } = flat;
  const objects = required.every((name) => !Object.hasOwn(properties, name) || canSchemaEnd(properties[name]));
  const tuple = prefixItems.slice(0, minItems ?? prefixItems.length).every(canSchemaEnd);
  const arrays = tuple && ((minItems ?? 0) <= prefixItems.length || items === undefined || canSchemaEnd(items));
  const of = (type: string) => (type === 'object' ? objects : type === 'array' ? arrays : true);
  return flat.type === undefined ? objects && arrays : flat.type.some(of);
}
