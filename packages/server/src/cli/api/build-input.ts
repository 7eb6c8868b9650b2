/** The input of a call, from the parsed words of a command. */
import type { CallInput } from '@selfsame/client';
import type { Operation } from '@selfsame/contract/operation';
import { toWords } from './command-tree.ts';
import { fieldsOf } from './fields.ts';
import type { GivenField, ParsedWords } from './parse-words.ts';
import { type ReadInput, readValue } from './read-value.ts';
import { factsOf } from './schema-facts.ts';
import { UsageError } from './usage-error.ts';

type Json = Record<string, unknown>;

/** The input, and whether a body that may be a form is sent as JSON, because it has no files. */
export interface Request {
  input: CallInput;
  isJson: boolean;
}

/** @throws UsageError for missing values of the path, and for values that no field takes. */
export async function buildInput(
  operation: Operation,
  { params, given, general }: ParsedWords,
  readInput: ReadInput,
): Promise<Request> {
  const names = Object.keys(operation.params?.properties ?? {});
  checkParams(operation, names, params);
  const query: Json = {};
  const body = await readBody(operation, general.body, readInput);
  for (const field of groupByTarget(given)) {
    const value = await toFieldValue(field, readInput);
    const root = field.first.target.place === 'query' ? query : body;
    put(root, field.first, value);
  }
  const hasBody = operation.body !== undefined;
  if (hasBody) checkFiles(operation, body);
  const input = {
    params: Object.fromEntries(names.map((name, index) => [name, params[index] ?? ''])),
    ...(Object.keys(query).length === 0 ? {} : { query }),
    ...(hasBody ? { body } : {}),
  };
  return { input, isJson: operation.jsonBody !== undefined && !given.some(isFile) };
}

const isFile = ({ target }: GivenField): boolean => {
  const { isFile: isOne, items } = factsOf(target.schema);
  return isOne || (items !== undefined && factsOf(items).isFile);
};

function checkParams({ id }: Operation, names: readonly string[], params: readonly string[]): void {
  const usage = ['selfsame api', ...toWords(id), ...names.map((name) => `<${name}>`)].join(' ');
  const missing = names[params.length];
  if (missing !== undefined) throw new UsageError(`<${missing}> is missing: \`${usage}\`.`);
  const surplus = params[names.length];
  if (surplus !== undefined) throw new UsageError(`'${surplus}' is one word too many: \`${usage}\`.`);
}

async function readBody(operation: Operation, text: string | undefined, readInput: ReadInput): Promise<Json> {
  if (text === undefined) return {};
  if (operation.body === undefined) throw new UsageError('--body: this request has no body.');
  const facts = factsOf({ type: 'object', additionalProperties: true });
  const value = await readValue({ flag: '--body', text, isJson: false, facts }, readInput);
  return value as Json;
}

/** The words of one flag, which a list repeats. */
interface FieldValues {
  first: GivenField;
  all: GivenField[];
}

function groupByTarget(given: readonly GivenField[]): FieldValues[] {
  const groups = Map.groupBy(given, ({ target }) => `${target.place} ${target.path.join('.')}`);
  return [...groups.values()].flatMap((all) => (all[0] === undefined ? [] : [{ first: all[0], all }]));
}

async function toFieldValue({ first, all }: FieldValues, readInput: ReadInput): Promise<unknown> {
  const facts = factsOf(first.target.schema);
  const { items } = facts;
  if (!facts.types.has('array') || items === undefined) {
    if (all.length > 1) throw new UsageError(`${first.flag} takes one value, but is given ${all.length} times.`);
    return readValue({ ...first, facts }, readInput);
  }
  if (all.length === 1 && takesSingle(first, [...facts.types])) return readValue({ ...first, facts }, readInput);
  const values = await Promise.all(all.map((each) => readItem(each, items, readInput)));
  return values.flat();
}

/** Whether the words of a list are one value of another type of the field, or a complete list in JSON. */
function takesSingle({ text, isJson }: GivenField, types: readonly string[]): boolean {
  return isJson || types.length > 1 || /^\s*\[/.test(text) || /^(@|-$)/.test(text);
}

async function readItem(field: GivenField, items: object, readInput: ReadInput): Promise<unknown> {
  return readValue({ ...field, facts: factsOf(items) }, readInput);
}

/** Sets the value at its path. Words of a flag with a dot complete the object that `--body` or another flag has. */
function put(root: Json, { flag, target }: GivenField, value: unknown): void {
  let node: Json | unknown[] = root;
  for (const [depth, key] of target.path.slice(0, -1).entries()) {
    const next: unknown = (node as Json)[key];
    if (typeof next === 'object' && next !== null) node = next as Json;
    else if (next === undefined) {
      const made: Json | unknown[] = typeof target.path[depth + 1] === 'number' ? [] : {};
      (node as Json)[key] = made;
      node = made;
    } else throw new UsageError(`${flag}: '${target.path.slice(0, depth + 1).join('.')}' has a value already.`);
  }
  (node as Json)[target.path.at(-1) ?? ''] = value;
}

/** The files of a form cannot come from `--body`, because JSON has none. */
function checkFiles(operation: Operation, body: Json): void {
  if (operation.encoding !== 'multipart') return;
  for (const { name, schema } of fieldsOf(operation)) {
    if (factsOf(schema).isFile && typeof body[name] === 'string') {
      throw new UsageError(`--body: '${name}' is a file; give it with its own flag.`);
    }
  }
}
