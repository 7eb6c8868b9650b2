/**
 * Builds the one OpenAPI 3.1 document: a path per operation, and each named schema once under `components.schemas`.
 * Invariant: the document is plain JSON, every `$ref` in it resolves, and two different schemas never share a name.
 */
import { Bytes } from './bytes.ts';
import { ErrorResponse } from './error.ts';
import type { JsonObject, OpenApiDocument } from './openapi-document.ts';
import type { Operation, QuerySchema } from './operation.ts';
import { operations } from './operations.ts';
import { applyRequestPolicies } from './request-schemas.ts';
import { type Named, ref, targetOf } from './schema.ts';

export interface OpenApiOptions {
  /** Version of the program that serves the document. */
  version: string;
  /** Absolute or relative base URL of the paths; ends in `/v1`. */
  serverUrl: string;
  /** Operations to describe. Default: all operations of the contract. */
  operations?: readonly Operation[];
  /** Ids of the operations that the server serves; the others are marked with `SERVED_KEYWORD`. Default: all. */
  served?: ReadonlySet<string>;
}

/** Keyword of operations that a server does not serve; its value is `false`. */
export const SERVED_KEYWORD = 'x-selfsame-served';

/**
 * Builds the document that is served and that validates requests.
 * @throws Error if two different schemas have the same name, or two operations the same id or the same method and path.
 */
export function buildOpenApiDocument(options: OpenApiOptions): OpenApiDocument {
  return applyRequestPolicies(buildDeclaredDocument(options));
}

/** Builds the document as the API declares it, without the request policies of this server. */
export function buildDeclaredDocument(options: OpenApiOptions): OpenApiDocument {
  const described = options.operations ?? operations;
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Selfsame',
      version: options.version,
      description: 'The OpenAI platform API, served from your own machine.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: options.serverUrl }],
    security: [{ project: [] }],
    tags: [...new Set(described.map(tagOf))].sort().map((name) => ({ name })),
    paths: buildPaths(described, options.served),
    components: {
      securitySchemes: {
        project: { type: 'http', scheme: 'bearer', description: 'API key of a project.' },
        admin: { type: 'http', scheme: 'bearer', description: 'Admin key of the organization.' },
      },
      responses: {
        Error: { description: 'The request failed.', content: json(ref(ErrorResponse)) },
      },
      schemas: collectSchemas(described),
    },
  };
  return JSON.parse(JSON.stringify(document));
}

function buildPaths(described: readonly Operation[], served?: ReadonlySet<string>): OpenApiDocument['paths'] {
  const paths: OpenApiDocument['paths'] = {};
  const ids = new Set<string>();
  for (const each of described) {
    const methods = paths[each.path] ?? {};
    const method = each.method.toLowerCase();
    if (methods[method] !== undefined) throw new Error(`Two operations for ${each.method} ${each.path}`);
    if (ids.has(each.id)) throw new Error(`Two operations are called '${each.id}'`);
    ids.add(each.id);
    methods[method] = describe(each, served?.has(each.id) ?? true);
    paths[each.path] = methods;
  }
  return paths;
}

const NOT_SERVED = { description: 'This server does not serve the operation (`not_served`).' };

function describe(each: Operation, isServed: boolean): JsonObject {
  const stream = each.stream === undefined ? {} : { 'text/event-stream': { schema: ref(each.stream.event) } };
  return {
    operationId: each.id,
    summary: each.summary,
    ...(isServed ? {} : { [SERVED_KEYWORD]: false }),
    tags: [tagOf(each)],
    ...(each.authority === 'project' ? {} : { security: [{ [each.authority]: [] }] }),
    parameters: [...parameters('path', each.params), ...parameters('query', each.query), ...versionHeader(each)],
    ...(each.body === undefined
      ? {}
      : { requestBody: { required: each.bodyOptional !== true, content: bodyContent(each, each.body) } }),
    ...(each.versions === undefined ? {} : { 'x-selfsame-versions': describeVersions(each.versions) }),
    responses: {
      [each.status ?? 200]: { description: 'The request succeeded.', content: { ...responseContent(each), ...stream } },
      ...(isServed ? {} : { '404': { ...NOT_SERVED, content: json(ref(ErrorResponse)) } }),
      '4XX': { $ref: '#/components/responses/Error' },
      '5XX': { $ref: '#/components/responses/Error' },
    },
  };
}

/** The header that an operation of an older version requires. */
function versionHeader({ beta }: Operation): JsonObject[] {
  if (beta?.includes('=') !== true) return [];
  return [{ name: 'OpenAI-Beta', in: 'header', required: true, schema: { type: 'string', const: beta } }];
}

/**
 * Describes older versions of an operation, which OpenAPI cannot express: it distinguishes operations by method and
 * path.
 */
function describeVersions(versions: NonNullable<Operation['versions']>): JsonObject {
  return Object.fromEntries(
    Object.entries(versions).map(([name, { body, response }]) => [
      name,
      { ...(body === undefined ? {} : { requestBody: ref(body) }), response: ref(response) },
    ]),
  );
}

function parameters(where: 'path' | 'query', fields: QuerySchema | undefined): JsonObject[] {
  if (fields === undefined) return [];
  const required: readonly string[] = fields.required ?? [];
  return Object.entries(fields.properties).map(([name, field]) => {
    const { description, ...schema } = field as JsonObject;
    return {
      // The official clients write lists as `include[]=a&include[]=b`.
      name: schema['type'] === 'array' ? `${name}[]` : name,
      in: where,
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema,
    };
  });
}

/** Returns the first segment of the id: `chat.completions.create` belongs to `chat`. */
function tagOf(each: Operation): string {
  return each.id.slice(0, each.id.indexOf('.'));
}

function bodyContent({ encoding = 'json', jsonBody }: Operation, body: Named): JsonObject {
  if (encoding === 'json') return json(ref(body));
  const { properties = {} } = body as Named & { properties?: Record<string, { type?: unknown; $ref?: string }> };
  const nested = Object.entries(properties).filter(([, { type, $ref }]) => type === 'object' || $ref !== undefined);
  // How the official clients write objects: `expires_after[anchor]`.
  const written = nested.map(([name]) => [name, { style: 'deepObject', explode: true }]);
  const fields = written.length === 0 ? {} : { encoding: Object.fromEntries(written) };
  return {
    'multipart/form-data': { schema: ref(body), ...fields },
    ...(jsonBody === undefined ? {} : json(ref(jsonBody))),
  };
}

function responseContent({ response, text }: Operation): JsonObject {
  // The media type that the file came with.
  if (response === Bytes) return { '*/*': { schema: ref(response) } };
  return { ...json(ref(response)), ...(text === true ? { 'text/plain': { schema: { type: 'string' } } } : {}) };
}

function json(schema: object): JsonObject {
  return { 'application/json': { schema } };
}

function collectSchemas(described: readonly Operation[]): Record<string, Named> {
  const found = new Map<string, Named>();
  const visited = new Set<object>();
  const add = (schema: Named) => {
    const known = found.get(schema.$id);
    if (known === schema) return;
    if (known !== undefined) throw new Error(`Two different schemas are called '${schema.$id}'`);
    found.set(schema.$id, schema);
    visit(schema);
  };
  const visit = (node: unknown) => {
    if (typeof node !== 'object' || node === null || visited.has(node)) return;
    visited.add(node);
    const target = targetOf(node);
    if (target !== undefined) add(target);
    for (const value of Object.values(node)) visit(value);
  };
  add(ErrorResponse);
  for (const each of described) {
    const older = Object.values(each.versions ?? {}).flatMap(({ body, response }) => [body, response]);
    for (const schema of [each.body, each.jsonBody, each.response, each.stream?.event, ...older])
      if (schema !== undefined) add(schema);
    visit(each.params);
    visit(each.query);
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
