/** Checks responses and events against the schemas of the contract, which are compiled on first use. */
import { buildDeclaredDocument } from '@selfsame/contract';
import { Compile } from 'typebox/schema';
import { ValidationError } from './errors.ts';

/** @throws ValidationError that names the first field outside the contract. */
export type Check = (operation: string, schema: string, value: unknown) => void;

interface JsonSchema {
  [keyword: string]: unknown;
}

type Schemas = Record<string, JsonSchema>;

export function createCheck(isLax: boolean): Check {
  const checks = shared.get(isLax) ?? compileLazily(isLax);
  shared.set(isLax, checks);
  return (operation, schema, value) => {
    const validator = checks(schema);
    if (validator.Check(value)) return;
    const { instancePath, message } = findError(validator.Errors(value)[1]);
    throw new ValidationError(operation, toField(instancePath), message);
  };
}

type Checks = (schema: string) => ReturnType<typeof Compile>;
/** Compiled schemas are shared by all clients. */
const shared = new Map<boolean, Checks>();

function compileLazily(isLax: boolean): Checks {
  // The version and URL are not part of the schemas.
  const document = buildDeclaredDocument({ version: '', serverUrl: '' });
  const declared = document.components.schemas as Schemas;
  const schemas = isLax ? (loosen(declared) as Schemas) : declared;
  const compiled = new Map<string, ReturnType<typeof Compile>>();
  return (name) => {
    const known = compiled.get(name);
    if (known !== undefined) return known;
    const created = Compile({ $ref: `#/components/schemas/${name}`, components: { schemas } });
    compiled.set(name, created);
    return created;
  };
}

/** Keywords whose values are data, not schemas. */
const DATA = new Set(['default', 'enum', 'const', 'examples', 'required', 'discriminator']);

/** A copy in which optional properties may be null, and nullable ones absent. */
function loosen(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(loosen);
  if (typeof node !== 'object' || node === null) return node;
  const copy: JsonSchema = {};
  for (const [key, value] of Object.entries(node)) copy[key] = DATA.has(key) ? value : loosen(value);
  return withLooseProperties(copy);
}

function withLooseProperties(schema: JsonSchema): JsonSchema {
  const { properties } = schema;
  if (typeof properties !== 'object' || properties === null) return schema;
  const required = new Set((schema['required'] as string[] | undefined) ?? []);
  const loose: Schemas = {};
  for (const [name, property] of Object.entries(properties as Schemas)) {
    loose[name] = required.has(name) || allowsNull(property) ? property : { anyOf: [property, { type: 'null' }] };
  }
  const still = [...required].filter((name) => !allowsNull((properties as Schemas)[name] ?? {}));
  return { ...schema, properties: loose, required: still };
}

function allowsNull({ type, anyOf }: JsonSchema): boolean {
  if (type === 'null' || (Array.isArray(type) && type.includes('null'))) return true;
  return Array.isArray(anyOf) && anyOf.some((branch) => allowsNull(branch as JsonSchema));
}

interface FoundError {
  keyword: string;
  schemaPath: string;
  instancePath: string;
  message: string;
}

const NO_ERROR: FoundError = { keyword: '', schemaPath: '', instancePath: '', message: 'does not fit its schema' };
const BRANCH_TAG = /^(.*\/(?:oneOf|anyOf)\/\d+)\/properties\/\w+$/;

/** The deepest error of a union's branch whose tag fits, else of all branches. */
function findError(errors: readonly FoundError[]): FoundError {
  const wrongBranches = errors
    .filter(({ keyword }) => keyword === 'const' || keyword === 'enum')
    .map(({ schemaPath }) => BRANCH_TAG.exec(schemaPath)?.[1])
    .filter((branch) => branch !== undefined);
  const inWrongBranch = ({ schemaPath }: FoundError) =>
    wrongBranches.some((branch) => schemaPath === branch || schemaPath.startsWith(`${branch}/`));
  const fitting = errors.filter((error) => !inWrongBranch(error));
  const candidates = fitting.length > 0 ? fitting : errors;
  const depth = ({ instancePath }: FoundError) => instancePath.split('/').length;
  return candidates.reduce((best, each) => (depth(each) > depth(best) ? each : best), candidates[0] ?? NO_ERROR);
}

/** `/choices/0/message` → `choices[0].message`. */
function toField(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((field, part) => (/^\d+$/.test(part) ? `${field}[${part}]` : field === '' ? part : `${field}.${part}`), '');
}
