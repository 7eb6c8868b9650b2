import { buildOpenApiDocument, operations as declared } from '@selfsame/contract';
import type { Operation } from '@selfsame/contract/operation';
import { describe, expect, it } from 'vitest';
import { findServed } from '../start/implementations.ts';
import { createValidator } from './validator.ts';

/** The part of an OpenAPI schema that this test reads. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  minItems?: number;
  minimum?: number;
}

const operations = findServed(declared);
const document = buildOpenApiDocument({ version: '1', serverUrl: '/v1', operations });
const validator = createValidator(document);
const resolve = ({ $ref, ...schema }: Schema): Schema =>
  $ref === undefined ? schema : resolve(document.components.schemas[$ref.split('/').at(-1) ?? ''] as Schema);

/** The smallest valid value of a schema. */
function minimal(given: Schema): unknown {
  const schema = resolve(given);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [branch] = schema.oneOf ?? schema.anyOf ?? [];
  if (branch !== undefined) return minimal(branch);
  switch ([schema.type].flat()[0]) {
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => minimal(schema.items ?? {}));
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [name, minimal(schema.properties?.[name] ?? {})]),
      );
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return false;
    default:
      return 'x';
  }
}

interface Case {
  operation: Operation;
  /** Path of the optional property, e.g. `tools[0].function.parameters`. */
  path: string;
  /** Returns a body in which the property has this value. */
  body(value: unknown): unknown;
}

/** One case for each optional property that a schema reaches. */
function casesOf(operation: Operation, given: Schema, at: Omit<Case, 'operation'>, seen: readonly string[]): Case[] {
  if (given.$ref !== undefined && seen.includes(given.$ref)) return [];
  const inner = given.$ref === undefined ? seen : [...seen, given.$ref];
  const schema = resolve(given);
  const { path, body } = at;
  const branches = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].flatMap((branch) =>
    casesOf(operation, branch, at, inner),
  );
  const items =
    schema.items === undefined
      ? []
      : casesOf(operation, schema.items, { path: `${path}[0]`, body: (value) => body([value]) }, inner);
  const properties = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const within = minimal(schema) as Record<string, unknown>;
    const deeper = {
      path: path === '' ? name : `${path}.${name}`,
      body: (value: unknown) => body({ ...within, [name]: value }),
    };
    const own = schema.required?.includes(name) ? [] : [{ operation, ...deeper }];
    return [...own, ...casesOf(operation, property, deeper, inner)];
  });
  return [...branches, ...items, ...properties];
}

const CASES = operations.flatMap((operation) => {
  if (operation.body === undefined || operation.encoding === 'multipart') return [];
  const schema = { $ref: `#/components/schemas/${operation.body.$id}` };
  return casesOf(operation, schema, { path: '', body: (value) => value }, []);
});

function valueAt(value: unknown, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .reduce((at, part) => (at as Record<string, unknown> | undefined)?.[part], value);
}

/** Parameters of updates that null clears. */
const CLEARED = [
  'assistants.update name',
  'assistants.update description',
  'assistants.update instructions',
  'assistants.update tool_resources',
  'assistants.update metadata',
  'assistants.update temperature',
  'assistants.update top_p',
  'assistants.update response_format',
  'assistants.update reasoning_effort',
  'threads.update tool_resources',
  'threads.update metadata',
  'threads.messages.update metadata',
  'threads.runs.update metadata',
  'vectorStores.update name',
  'vectorStores.update expires_after',
  'vectorStores.update metadata',
];

describe('null for an optional parameter of a JSON body', () => {
  it('covers the optional parameters of many operations, nested ones included', () => {
    const names = CASES.map(({ operation, path }) => `${operation.id} ${path}`);
    expect(names.length).toBeGreaterThan(200);
    expect(names).toEqual(
      expect.arrayContaining([
        'chat.completions.create tools[0].function.parameters',
        'chat.completions.create tool_choice',
        'embeddings.create dimensions',
        'vectorStores.create expires_after',
        'assistants.create tools[0].function.strict',
        'threads.runs.create additional_messages[0].attachments',
      ]),
    );
  });

  it.each(CASES.map((each) => [each.operation.id, each.path, each] as const))(
    'treats null in %s for %s as absent, unless it clears the parameter',
    (id, path, { operation, body }) => {
      const request = body(null);
      validator.body(operation, request);
      expect(valueAt(request, path)).toBe(CLEARED.includes(`${id} ${path}`) ? null : undefined);
    },
  );
});
