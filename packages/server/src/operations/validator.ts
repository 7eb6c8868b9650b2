/**
 * Validates requests and responses against the contract, an OpenAPI document whose schemas are compiled on first use.
 * The schemas of bodies state themselves which properties are allowed. Queries and path parameters are checked against
 * a *closed* copy of their schemas.
 */

import { HISTORY_KEYWORD, NULL_KEYWORD } from '@selfsame/contract';
import type { Operation } from '@selfsame/contract/operation';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020.js';
import type { DataValidateFunction } from 'ajv/dist/types/index.js';
import { checkForm } from './form.ts';
import type { SchemaDocument } from './schema-document.ts';
import { withFastLengths } from './string-length.ts';
import { removeUnknownQueries } from './unknown-queries.ts';
import { toApiError } from './validation-error.ts';

export interface Validator {
  /**
   * Removes properties without effect from `value`: null where it means absent, and unknown properties of history
   * items. The fields of a form arrive as strings: they are coerced in place to the types of the schema, and its file
   * parts must be `ReceivedFile`s.
   * @param encoding of the value. Default: that of the operation.
   * @throws ApiError for the deepest error.
   */
  body(operation: Operation, value: unknown, encoding?: Operation['encoding']): void;
  params(operation: Operation, value: unknown): void;
  /**
   * Query values arrive as strings: they are coerced in place, then checked. Removes unknown parameters and returns
   * their names.
   * @throws ApiError for a near miss of a known name, too.
   */
  query(operation: Operation, value: Record<string, unknown>): string[];
  /** Describes the first difference between a response and its schema; undefined if there is none. */
  findResponseDifference(schemaName: string, value: unknown): string | undefined;
}

const AJV_OPTIONS = {
  discriminator: true,
  strict: false,
  verbose: true,
  allErrors: false,
  validateFormats: false,
} as const;

export function createValidator(document: SchemaDocument): Validator {
  const schemas = { $id: 'document', components: { schemas: withoutMappings(document.components.schemas) } };
  const requests = withFastLengths(withRequestKeywords(new Ajv2020.default(AJV_OPTIONS))).addSchema(schemas);
  const responses = new Ajv2020.default({ ...AJV_OPTIONS, verbose: false }).addSchema(schemas);
  const forms = withFastLengths(new Ajv2020.default({ ...AJV_OPTIONS, coerceTypes: true })).addSchema(schemas);
  const queries = new Ajv2020.default({ ...AJV_OPTIONS, coerceTypes: true, useDefaults: true }).addSchema(schemas);
  const compiled = new Map<string, ValidateFunction>();

  const compile = (key: string, create: () => ValidateFunction): ValidateFunction => {
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const created = create();
    compiled.set(key, created);
    return created;
  };
  const check = (validate: ValidateFunction, value: unknown): void => {
    if (!validate(value)) throw toApiError(validate.errors ?? [], document);
  };
  const byName = (ajv: typeof requests, name: string) => ajv.compile({ $ref: `document#/components/schemas/${name}` });

  return {
    body(operation, value, encoding = operation.encoding) {
      const form = encoding === 'multipart';
      const schema = form ? operation.body : (operation.jsonBody ?? operation.body);
      if (schema === undefined) return;
      const validate = compile(`body ${operation.id} ${form}`, () => byName(form ? forms : requests, schema.$id));
      if (form) checkForm(value as Record<string, unknown>, schema, (fields) => check(validate, fields));
      else check(validate, value);
    },
    params(operation, value) {
      const schema = operation.params;
      if (schema === undefined) return;
      check(
        compile(`params ${operation.id}`, () => requests.compile(inDocument(closed(schema)))),
        value,
      );
    },
    query(operation, value) {
      const schema = operation.query ?? { type: 'object', properties: {} };
      const ignored = removeUnknownQueries(value, Object.keys(schema.properties));
      check(
        compile(`query ${operation.id}`, () => queries.compile(inDocument(closed(schema)))),
        value,
      );
      return ignored;
    },
    findResponseDifference(schemaName, value) {
      const validate = compile(`response ${schemaName}`, () => byName(responses, schemaName));
      if (validate(value)) return undefined;
      const first = validate.errors?.[0];
      return `${schemaName}${first?.instancePath ?? ''} ${first?.message ?? 'does not fit its schema'}`;
    },
  };
}

/**
 * Adds the keywords that remove properties without effect. Ajv runs them before it checks the properties of an object.
 */
function withRequestKeywords(ajv: InstanceType<typeof Ajv2020.default>) {
  const removeNull: DataValidateFunction = (data, context) => {
    if (data === null) delete context?.parentData[context.parentDataProperty];
    return true;
  };
  const keepKnown = (known: ReadonlySet<string>): DataValidateFunction => {
    return (data: Record<string, unknown> | null) => {
      for (const name of Object.keys(data ?? {})) if (!known.has(name)) delete data?.[name];
      return true;
    };
  };
  return ajv
    .addKeyword({
      keyword: NULL_KEYWORD,
      errors: false,
      compile: (effect) => (effect === 'absent' ? removeNull : () => true),
    })
    .addKeyword({
      keyword: HISTORY_KEYWORD,
      type: 'object',
      errors: false,
      compile: (_on, { properties }) => keepKnown(new Set(Object.keys(properties as object))),
    });
}

/** Returns a deep copy without the mappings of discriminators: Ajv takes the values of a tag from the variants. */
function withoutMappings<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map((item) => withoutMappings(item)) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    copy[key] = key === 'discriminator' ? { propertyName: value.propertyName } : withoutMappings(value);
  }
  return copy as T;
}

/** Returns a deep copy whose references are those of the document, because the schema is not part of it. */
function inDocument<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map((item) => inDocument(item)) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    copy[key] = key === '$ref' && String(value).startsWith('#') ? `document${String(value)}` : inDocument(value);
  }
  return copy as T;
}

/** Returns a deep copy in which object schemas with properties refuse additional ones unless they state otherwise. */
export function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map((item) => closed(item)) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) copy[key] = closed(value);
  if (isObjectSchema(copy) && !('additionalProperties' in copy)) copy['additionalProperties'] = false;
  return copy as T;
}

function isObjectSchema(schema: Record<string, unknown>): boolean {
  const { type, properties } = schema;
  const isObject = type === 'object' || (Array.isArray(type) && type.includes('object'));
  return isObject && typeof properties === 'object' && properties !== null;
}
