/**
 * Resolves `$ref`, `$dynamicRef` and `$recursiveRef` inside one schema by the rules of JSON Schema 2020-12: JSON
 * pointers, anchors and `$id`.
 * Invariant: a reference is resolved to a position in the schema or refused; an invalid pointer never resolves to the
 * root.
 */
import { DATA, SCHEMA_MAPS } from './keywords.ts';
import { MalformedSchemaError, type Schema, SchemaError } from './walk.ts';

export interface SchemaReferences {
  /**
   * Returns the JSON pointer of the target of `reference`, which is the value of `keyword` in the schema at `pointer`.
   * Throws SchemaError.
   */
  resolve(reference: string, at: { pointer: string; keyword: string }): string;
  /** Returns the value at a JSON pointer; undefined = none. */
  valueAt(pointer: string): unknown;
}

/** The base URI of a schema without `$id`. The top-level domain is reserved. */
const ROOT_URI = 'https://schema.invalid/schema';

const MAX_OBJECTS = 50_000;

interface Resource {
  uri: string;
  pointer: string;
}

interface Index {
  /** The resource that each schema belongs to. */
  owners: WeakMap<object, Resource>;
  resources: Map<string, Resource>;
  /** JSON pointers, keyed by `uri#name`. */
  anchors: Map<string, string>;
  /** Number of resources that declare each dynamic anchor. The key `''` is `$recursiveAnchor`. */
  dynamic: Map<string, number>;
}

export function toPointerPart(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

export function createReferences(root: Schema): SchemaReferences {
  const index = indexSchema(root);
  const valueAt = (pointer: string) => find(root, pointer);

  const resourceAt = (pointer: string): Resource => {
    // A reference outside a schema position belongs to the nearest enclosing schema.
    for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
      const value = valueAt(at);
      const owner = isObject(value) ? index.owners.get(value) : undefined;
      if (owner !== undefined) return owner;
    }
    return index.owners.get(root) ?? { uri: ROOT_URI, pointer: '' };
  };

  return {
    valueAt,
    resolve(reference, { pointer, keyword }) {
      const refuse = (why: string) => new MalformedSchemaError(`${pointer}/${keyword}`, `'${reference}' ${why}`);
      const { resource, fragment } = locate(reference, resourceAt(pointer), index);
      if (resource === undefined)
        throw new SchemaError(
          `${pointer}/${keyword}`,
          `only references into the schema itself are supported, not '${reference}'`,
        );
      const target =
        fragment === '' || fragment.startsWith('/')
          ? resource.pointer + canonical(fragment)
          : index.anchors.get(`${resource.uri}#${fragment}`);
      if (target === undefined || valueAt(target) === undefined) throw refuse('leads nowhere');
      if (keyword !== '$ref') refuseDynamic(index, { fragment, reference, path: `${pointer}/${keyword}` });
      return target;
    },
  };
}

/** The target of a dynamic reference depends on the evaluation path, so only an unambiguous one is supported. */
function refuseDynamic({ dynamic }: Index, at: { fragment: string; reference: string; path: string }): void {
  if ((dynamic.get(at.fragment) ?? 0) > 1)
    throw new SchemaError(at.path, `'${at.reference}' may mean several places, which is not supported`);
}

function locate(reference: string, from: Resource, { resources }: Index) {
  const at = reference.indexOf('#');
  const head = at < 0 ? reference : reference.slice(0, at);
  const fragment = at < 0 ? '' : decode(reference.slice(at + 1));
  const uri = head === '' ? from.uri : toUri(head, from.uri);
  return { resource: head === '' ? from : resources.get(uri ?? ''), fragment };
}

function indexSchema(root: Schema): Index {
  const index: Index = { owners: new WeakMap(), resources: new Map(), anchors: new Map(), dynamic: new Map() };
  const top = { uri: ROOT_URI, pointer: '' };
  index.resources.set(ROOT_URI, top);
  const stack: { value: unknown; pointer: string; owner: Resource; isSchema: boolean }[] = [
    { value: root, pointer: '', owner: top, isSchema: true },
  ];
  let values = 0;
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, pointer, isSchema } = next;
    values += 1;
    if (values > MAX_OBJECTS) throw new MalformedSchemaError('', `it has more than ${MAX_OBJECTS} objects and lists`);
    if (typeof value !== 'object' || value === null) continue;
    const owner =
      isSchema && isObject(value) ? indexIdentifiers(index, value, { owner: next.owner, pointer }) : next.owner;
    if (isObject(value)) index.owners.set(value, owner);
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner !== 'object' || inner === null || (isSchema && DATA.has(key))) continue;
      const isMap = isSchema && SCHEMA_MAPS.has(key);
      stack.push({ value: inner, pointer: `${pointer}/${toPointerPart(key)}`, owner, isSchema: !isMap });
    }
  }
  return index;
}

/** Indexes the `$id` and anchors of a schema. Returns the resource that it belongs to. */
function indexIdentifiers(
  index: Index,
  schema: Schema,
  { owner, pointer }: { owner: Resource; pointer: string },
): Resource {
  const { $id, $anchor, $dynamicAnchor, $recursiveAnchor } = schema;
  let resource = owner;
  if (typeof $id === 'string') {
    const [head = '', name] = $id.split('#');
    if (head !== '') {
      const uri = toUri(head, owner.uri) ?? head;
      resource = { uri, pointer };
      if (index.resources.has(uri)) throw new MalformedSchemaError(`${pointer}/$id`, `'${$id}' is defined twice`);
      index.resources.set(uri, resource);
    }
    // Anchors were written this way before draft 2019-09.
    if (name !== undefined && name !== '' && !name.startsWith('/')) addAnchor(index, resource, { name, pointer });
  }
  for (const name of [$anchor, $dynamicAnchor])
    if (typeof name === 'string') addAnchor(index, resource, { name, pointer });
  if (typeof $dynamicAnchor === 'string') count(index.dynamic, $dynamicAnchor);
  if ($recursiveAnchor === true) count(index.dynamic, '');
  return resource;
}

function addAnchor({ anchors }: Index, { uri }: Resource, { name, pointer }: { name: string; pointer: string }): void {
  const key = `${uri}#${name}`;
  if (anchors.has(key) && anchors.get(key) !== pointer)
    throw new MalformedSchemaError(`${pointer}/$anchor`, `'${name}' is defined twice`);
  anchors.set(key, pointer);
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Returns an absolute URI; undefined = the reference cannot be resolved. */
function toUri(reference: string, base: string): string | undefined {
  try {
    return new URL(reference, base).href;
  } catch {
    return undefined;
  }
}

/** Normalizes the escapes of a pointer, so that equal pointers are equal strings. */
function canonical(fragment: string): string {
  const parts = fragment.split('/').slice(1);
  return parts.map((part) => `/${toPointerPart(toKey(part))}`).join('');
}

function find(root: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((at, part) => {
      const key = toKey(part);
      return typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Schema)[key] : undefined;
    }, root);
}

const toKey = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    // The fragment contains an unescaped percent sign.
    return fragment;
  }
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
