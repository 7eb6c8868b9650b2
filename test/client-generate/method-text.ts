/** The text of one method of the client. */
import { toCamelCase } from './names.ts';
import { toOperationData } from './operation-data.ts';
import type { FoundOperation } from './read-operations.ts';

export interface TypeNames {
  /** Names of exported types of the contract. */
  types: ReadonlySet<string>;
  /** Alias under which the module of the contract is imported. */
  alias: string;
}

interface Input {
  /** Declarations of the parameters before `options`. */
  parameters: readonly string[];
  /** Statement that takes the parts of `params` apart, if there is one. */
  statement: string;
  /** The fields of the `CallInput`. */
  fields: readonly string[];
}

export function toMethod(found: FoundOperation, names: TypeNames): string {
  const { operation } = found;
  const name = found.method.at(-1) ?? '';
  const data = toOperationData(operation);
  const result = resultType(found, names);
  const call = data.page === undefined ? 'call' : 'list';
  const promise = data.page === undefined ? `CallPromise<${result}>` : `PagePromise<${result}>`;
  const plain = toInput(found, names);
  const body = [
    ...(plain.statement === '' ? [] : [`    ${plain.statement}`]),
    `    return this.core.${call}(${constantOf(found)}, { ${plain.fields.join(', ')} }, options);`,
  ].join('\n');
  const signature = (input: Input, type: string) =>
    `  ${name}(${[...input.parameters, 'options?: CallOptions'].join(', ')}): ${type}`;
  const doc = `  /** ${operation.summary} */`;
  if (data.stream === undefined) return `${doc}\n${signature(plain, promise)} {\n${body}\n  }`;
  const stream = `Stream<${typeOf(operation.stream?.event.$id ?? '', `EventOf<typeof ${ref(found, names)}>`, names)}>`;
  const either = `CallPromise<${result} | ${stream}>`;
  const overloads = [
    signature(toInput(found, names, '{ stream: true }'), `CallPromise<${stream}>`),
    signature(toInput(found, names, '{ stream?: false }'), `CallPromise<${result}>`),
    signature(toInput(found, names, ''), either),
  ];
  return `${doc}\n${overloads.map((each) => `${each};\n`).join('')}${signature(plain, either)} {\n${body}\n  }`;
}

/** Name of the constant with the data of an operation. */
export function constantOf({ method }: FoundOperation): string {
  return `operations.${method.at(-1) ?? ''}`;
}

const ref = ({ exportName }: FoundOperation, { alias }: TypeNames) => `${alias}.${exportName}`;

function resultType(found: FoundOperation, names: TypeNames): string {
  const { operation } = found;
  if (operation.response.$id === 'Bytes') return 'Response';
  if (operation.response.$id === 'Response') return 'ResponseWithText';
  const type = typeOf(operation.response.$id, `ResponseOf<typeof ${ref(found, names)}>`, names);
  if (operation.text === true) return `${type} | string`;
  return toOperationData(operation).page === undefined ? type : `PageOf<${type}>`;
}

function typeOf(schema: string, otherwise: string, { types }: TypeNames): string {
  return types.has(schema) ? `Wire.${schema}` : otherwise;
}

/** `streaming`: type that a declaration of an overload adds to the input; undefined for the implementation. */
function toInput(found: FoundOperation, names: TypeNames, streaming?: string): Input {
  const { operation } = found;
  const ids = Object.keys(operation.params?.properties ?? {});
  const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  if (ids.toSorted().join() !== inPath.toSorted().join()) {
    throw new Error(`the parameters of ${operation.id} differ from its path`);
  }
  const last = inPath.at(-1);
  const others = inPath.slice(0, -1);
  const query = queryType(found, names);
  const body = bodyType(found, names);
  const position = last === undefined ? [] : [`${toCamelCase(last)}: string`];
  const path = last === undefined ? [] : [`params: { ${[...others, `${last}: ${toCamelCase(last)}`].join(', ')} }`];
  const streamed = (type: string) => (streaming === undefined || streaming === '' ? type : `${type} & ${streaming}`);
  if (others.length > 0 || (query !== undefined && body !== undefined)) {
    return toMergedInput(found, { others, query, body, streamed, position, path });
  }
  const name = body !== undefined ? 'body' : query !== undefined ? 'query' : undefined;
  if (name === undefined) return { parameters: position, statement: '', fields: path };
  const isOptional = body !== undefined ? operation.bodyOptional === true : !hasRequiredQuery(found);
  const type = streamed(body ?? query ?? '');
  const parameter =
    streaming === undefined
      ? `${name}: ${type}${isOptional ? ' = {}' : ''}`
      : `${name}${isOptional && !streaming.includes('true') ? '?' : ''}: ${type}`;
  return { parameters: [...position, parameter], statement: '', fields: [...path, name] };
}

interface MergedInput {
  others: readonly string[];
  query: string | undefined;
  body: string | undefined;
  streamed: (type: string) => string;
  position: readonly string[];
  path: readonly string[];
}

/** All but the last parameter of the path, the query and the body are one object. */
function toMergedInput({ operation }: FoundOperation, merged: MergedInput): Input {
  const { others, query, body, streamed, position, path } = merged;
  const fixed = others.length === 0 ? [] : [`{ ${others.map((name) => `${name}: string`).join('; ')} }`];
  const type = streamed([...fixed, ...[query, body].filter((each) => each !== undefined)].join(' & '));
  const queryNames = Object.keys(operation.query?.properties ?? {});
  const rest = body !== undefined ? ['...body'] : query !== undefined ? ['...query'] : [];
  const taken = body === undefined ? others : [...others, ...queryNames];
  const queryField =
    query === undefined ? [] : body === undefined ? ['query'] : [`query: { ${queryNames.join(', ')} }`];
  return {
    parameters: [...position, `params: ${type}`],
    statement: `const { ${[...taken, ...rest].join(', ')} } = params;`,
    fields: [...path, ...queryField, ...(body === undefined ? [] : ['body'])],
  };
}

function bodyType(found: FoundOperation, names: TypeNames): string | undefined {
  const { operation } = found;
  if (operation.body === undefined) return undefined;
  const type = typeOf(operation.body.$id, `BodyOf<typeof ${ref(found, names)}>`, names);
  return operation.encoding === 'multipart' ? `FormOf<${type}>` : type;
}

function queryType(found: FoundOperation, names: TypeNames): string | undefined {
  const { query } = found.operation;
  if (query === undefined || Object.keys(query.properties).length === 0) return undefined;
  const required = (query.required ?? []).map((name) => `'${name}'`).join(' | ');
  return `QueryInput<typeof ${ref(found, names)}${required === '' ? '' : `, ${required}`}>`;
}

const hasRequiredQuery = ({ operation }: FoundOperation) => (operation.query?.required ?? []).length > 0;
