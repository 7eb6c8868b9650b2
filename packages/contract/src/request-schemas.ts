/**
 * Applies the request policies of this server to a document that describes requests as the API declares them:
 * - `null` means absent for every optional property, unless the body is `clearable()` and the property is declared with
 * null;
 * - an unknown property is refused, except in history items, where it is ignored.
 * Invariant: a shared component that the policies change appears twice; responses use its plain name.
 */
import type { JsonObject, OpenApiDocument } from './openapi-document.ts';
import { HINT_KEYWORD, HISTORY_KEYWORD, NULL_KEYWORD, nullable } from './schema.ts';

/** Reading of a component: as the API declares it, or as part of a JSON body, a form or a history item. */
type Reading = 'declared' | 'body' | 'form' | 'history';

/** Name suffixes of the second version of a component. */
const SUFFIXES: Readonly<Record<Reading, string>> = {
  declared: '',
  body: 'Request',
  form: 'Form',
  history: 'HistoryItem',
};

const PREFIX = '#/components/schemas/';

/** Keywords whose values are data, not schemas. */
const DATA = new Set(['default', 'enum', 'const', 'examples', 'required', 'discriminator']);

interface Components {
  [name: string]: JsonObject;
}

export function applyRequestPolicies(document: OpenApiDocument): OpenApiDocument {
  const declared: Components = document.components.schemas;
  const versions = collectVersions(document, declared);
  const names = chooseNames(versions);
  const rename = (pointer: string, reading: Reading) =>
    PREFIX + (names.get(keyOf(nameOf(pointer), reading)) ?? nameOf(pointer));
  const schemas: Components = {};
  for (const { name, reading, schema } of versions.values()) {
    schemas[names.get(keyOf(name, reading)) ?? name] = mapRefs(schema, rename) as JsonObject;
  }
  const sorted = Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...document,
    paths: mapRefs(readBodies(document.paths), rename) as OpenApiDocument['paths'],
    components: { ...document.components, schemas: withMappings(Object.fromEntries(sorted)) as Components },
  };
}

interface Version {
  name: string;
  reading: Reading;
  /** References contain their reading, see `MarkedRef`. */
  schema: JsonObject;
}

const keyOf = (name: string, reading: Reading) => `${reading} ${name}`;
const nameOf = (pointer: string) => pointer.slice(PREFIX.length);

/** Every component in every reading that a body or a response reaches. */
function collectVersions(document: OpenApiDocument, declared: Components): Map<string, Version> {
  const versions = new Map<string, Version>();
  const visit = (node: unknown) => {
    for (const { $ref, [READING]: reading } of markedRefsIn(node)) {
      const name = nameOf($ref);
      const source = declared[name];
      if (source === undefined || versions.has(keyOf(name, reading))) continue;
      const schema = read(source, reading, declared) as JsonObject;
      versions.set(keyOf(name, reading), { name, reading, schema });
      visit(schema);
    }
  };
  visit(readBodies(document.paths));
  visit(read(document.components.responses, 'declared', declared));
  return versions;
}

/** The name of each version: plain for a single version or one equal to the first, else with a suffix. */
function chooseNames(versions: ReadonlyMap<string, Version>): Map<string, string> {
  const names = new Map<string, string>();
  const byName = Map.groupBy(versions.values(), ({ name }) => name);
  const split = findSplit(byName);
  for (const [name, all] of byName) {
    const [first] = ORDER.flatMap((reading) => all.filter((each) => each.reading === reading));
    for (const { reading } of all) {
      const plain = !split.has(name) || reading === first?.reading;
      names.set(keyOf(name, reading), plain ? name : name + SUFFIXES[reading]);
    }
  }
  return names;
}

const ORDER: readonly Reading[] = ['declared', 'body', 'form', 'history'];

/** Names of components whose versions differ directly or through a referenced component. */
function findSplit(byName: ReadonlyMap<string, readonly Version[]>): Set<string> {
  const differs = (all: readonly Version[]) => new Set(all.map(({ schema }) => JSON.stringify(schema))).size > 1;
  const split = new Set([...byName].filter(([, all]) => differs(all)).map(([name]) => name));
  const shared = [...byName].filter(([, all]) => all.length > 1);
  let before: number;
  do {
    before = split.size;
    for (const [name, all] of shared) {
      const refs = all.flatMap(({ schema }) => markedRefsIn(schema));
      if (refs.some(({ $ref }) => split.has(nameOf($ref)))) split.add(name);
    }
  } while (split.size > before);
  return split;
}

/** The reading of the target of a `$ref`; a symbol keeps it out of the JSON. */
const READING = Symbol('reading');

interface MarkedRef {
  $ref: string;
  [READING]: Reading;
}

function markedRefsIn(node: unknown, into: MarkedRef[] = []): MarkedRef[] {
  if (typeof node !== 'object' || node === null) return into;
  if (READING in node) into.push(node as MarkedRef);
  for (const value of Object.values(node)) markedRefsIn(value, into);
  return into;
}

function mapRefs(node: unknown, rename: (pointer: string, reading: Reading) => string): unknown {
  if (Array.isArray(node)) return node.map((item) => mapRefs(item, rename));
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => [key, mapRefs(value, rename)]);
  const copy = Object.fromEntries(entries) as JsonObject;
  return READING in node ? { ...copy, $ref: rename((node as MarkedRef).$ref, (node as MarkedRef)[READING]) } : copy;
}

/** The paths with the reading of each reference: by media type for bodies, as declared for everything else. */
function readBodies(paths: OpenApiDocument['paths']): unknown {
  return mapObject(paths, (methods) => mapObject(methods, readOperation));
}

function readOperation({ requestBody, 'x-selfsame-versions': versions, ...rest }: JsonObject): JsonObject {
  const operation = read(rest, 'declared') as JsonObject;
  if (requestBody !== undefined) {
    const { content, ...about } = requestBody as JsonObject & { content: JsonObject };
    const media = mapObject(content, (schema, type) => read(schema, readingOf(type)));
    operation['requestBody'] = { ...about, content: media };
  }
  if (versions !== undefined) {
    operation['x-selfsame-versions'] = mapObject(versions as Record<string, JsonObject>, (version) =>
      mapObject(version, (schema, part) => read(schema, part === 'requestBody' ? 'body' : 'declared')),
    );
  }
  return operation;
}

const readingOf = (mediaType: string): Reading => (mediaType === 'application/json' ? 'body' : 'form');

function mapObject<V, W>(object: Record<string, V>, map: (value: V, key: string) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}

/** A copy of a schema in one reading, its references marked with the reading of their targets. */
function read(node: unknown, reading: Reading, declared: Components = {}): unknown {
  if (Array.isArray(node)) return node.map((item) => read(item, reading, declared));
  if (typeof node !== 'object' || node === null) return node;
  const inner = reading !== 'declared' && HISTORY_KEYWORD in node ? 'history' : reading;
  const copy: JsonObject = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === HISTORY_KEYWORD || key === NULL_KEYWORD) continue;
    copy[key] = DATA.has(key) ? value : read(value, inner, declared);
  }
  if (typeof copy['$ref'] === 'string' && copy['$ref'].startsWith(PREFIX)) Object.assign(copy, { [READING]: inner });
  return inner === 'declared' || !isObjectSchema(copy)
    ? copy
    : withPolicies(copy, { reading: inner, clears: NULL_KEYWORD in node, declared });
}

function isObjectSchema({ type, properties }: JsonObject): boolean {
  return [type].flat().includes('object') && typeof properties === 'object' && properties !== null;
}

interface PolicyContext {
  reading: Reading;
  /** Whether null clears the properties that are declared with null. */
  clears: boolean;
  declared: Components;
}

function withPolicies(schema: JsonObject, { reading, clears, declared }: PolicyContext): JsonObject {
  const required = (schema['required'] ?? []) as readonly string[];
  const properties = mapObject(schema['properties'] as Record<string, JsonObject>, (property, name) => {
    if (reading === 'form' || required.includes(name)) return property;
    if (!acceptsNull(property, declared)) return orNull(property);
    return { ...property, [NULL_KEYWORD]: clears ? 'clears' : 'absent' };
  });
  const { additionalProperties: further = false, ...rest } = schema;
  if (further !== false) return { ...rest, properties, additionalProperties: further };
  return reading === 'history'
    ? { ...rest, properties, [HISTORY_KEYWORD]: true }
    : { ...rest, properties, additionalProperties: false };
}

/** Keywords of the property itself, which stay outside the choice between a schema and null. */
const PROPERTY_KEYWORDS = ['description', 'deprecated', 'default', HINT_KEYWORD];

function orNull(property: JsonObject): JsonObject {
  const about = Object.fromEntries(
    PROPERTY_KEYWORDS.filter((key) => key in property).map((key) => [key, property[key]]),
  );
  const schema = { ...property };
  for (const key of PROPERTY_KEYWORDS) delete schema[key];
  return { ...nullable(schema, about), [NULL_KEYWORD]: 'absent' };
}

function acceptsNull(schema: JsonObject, declared: Components): boolean {
  const { $ref, type, anyOf, oneOf } = schema as { $ref?: string; type?: unknown } & Record<string, JsonObject[]>;
  const target = $ref === undefined ? undefined : declared[nameOf($ref)];
  if (target !== undefined) return acceptsNull(target, declared);
  const branches = [...(anyOf ?? []), ...(oneOf ?? [])];
  if (type === undefined && branches.length === 0) return !('enum' in schema || 'const' in schema);
  return [type].flat().includes('null') || branches.some((branch) => acceptsNull(branch, declared));
}

/** Adds the mapping from values to schemas to every discriminator: the names of schemas differ from the tag values. */
function withMappings(schemas: Components): unknown {
  const add = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(add);
    if (typeof node !== 'object' || node === null) return node;
    const copy = mapObject(node as JsonObject, add);
    const { discriminator, oneOf } = copy as { discriminator?: { propertyName: string }; oneOf?: { $ref: string }[] };
    if (typeof discriminator?.propertyName !== 'string' || oneOf === undefined) return copy;
    const { propertyName } = discriminator;
    const mapping = Object.fromEntries(
      oneOf.flatMap(({ $ref }) => tagValues(schemas[nameOf($ref)], propertyName).map((value) => [value, $ref])),
    );
    return { ...copy, discriminator: { propertyName, mapping } };
  };
  return add(schemas);
}

function tagValues(schema: JsonObject | undefined, tag: string): string[] {
  const properties = (schema?.['properties'] ?? {}) as Record<string, { const?: string; enum?: string[] }>;
  const { const: only, enum: values = [] } = properties[tag] ?? {};
  return only === undefined ? values : [only];
}
