/** Refuses references that have no end: a value that must contain another one of its kind could never be finished. */
import type { FlatSchema } from './walk.ts';
import { SchemaFault, type Walk } from './walk.ts';

const MOST_REFERENCES = 1000;

/** Throws SchemaFault when a value of one of `references` could never be finished. */
export function refuseEndless(walk: Walk, references: readonly string[]): void {
  if (references.length > MOST_REFERENCES)
    throw new SchemaFault('', `more than ${MOST_REFERENCES} references are not supported`);
  const ends = new Set<string>();
  // A reference ends when its schema does without those that are not known to end; each round may find more.
  for (let found = -1; found < ends.size; ) {
    found = ends.size;
    const open = new Set<string>();
    for (const reference of references) ending(walk, { reference, ends, open });
  }
  const endless = references.find((reference) => !ends.has(reference));
  if (endless !== undefined)
    throw new SchemaFault(endless.slice(1), 'it must contain itself, so that a value could never be finished');
}

interface Search {
  reference: string;
  ends: Set<string>;
  /** References that are being looked at. */
  open: Set<string>;
}

function ending(walk: Walk, { reference, ends, open }: Search): boolean {
  if (ends.has(reference)) return true;
  if (open.has(reference)) return false;
  open.add(reference);
  const schemaEnds = (schema: unknown): boolean => {
    const flat = walk.flatten(schema);
    if (flat === false) return false;
    if (flat.$ref !== undefined) return ending(walk, { reference: flat.$ref, ends, open });
    const branches = flat.anyOf ?? flat.oneOf;
    if (branches !== undefined) return branches.some(schemaEnds);
    return flat.enum !== undefined || valueEnds(flat, schemaEnds);
  };
  const found = schemaEnds(walk.follow(reference));
  if (found) ends.add(reference);
  return found;
}

function valueEnds(flat: FlatSchema, schemaEnds: (schema: unknown) => boolean): boolean {
  const { properties = {}, required = [], prefixItems = [], items, minItems } = flat;
  const objects = required.every((name) => !Object.hasOwn(properties, name) || schemaEnds(properties[name]));
  const tuple = prefixItems.slice(0, minItems ?? prefixItems.length).every(schemaEnds);
  const arrays = tuple && ((minItems ?? 0) <= prefixItems.length || items === undefined || schemaEnds(items));
  const of = (type: string) => (type === 'object' ? objects : type === 'array' ? arrays : true);
  return flat.type === undefined ? objects && arrays : flat.type.some(of);
}
