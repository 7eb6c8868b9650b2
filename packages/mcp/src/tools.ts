/** Builds the tools of both catalogues from the operations of the contract. */
import { findOperation, type Operation, operations, targetOf } from '@selfsame/contract';
import { CATALOGUE, type CatalogueRow } from './catalogue.ts';
import { type LooseSchema, toLooseSchema } from './loose-schema.ts';

export type ArgumentLocation = 'path' | 'query' | 'body';

export interface ToolArgument {
  /** Name in the request: the argument's name without brackets. */
  parameter: string;
  location: ArgumentLocation;
  required: boolean;
  schema: LooseSchema;
  /** Whether the value is a file of a form: a path, URL, data URI or base64. */
  isFile: boolean;
}

export interface ApiTool {
  name: string;
  description: string;
  operation: Operation;
  /** By the name that is listed. */
  arguments: ReadonlyMap<string, ToolArgument>;
  /** Whether calling it changes nothing. */
  readOnly: boolean;
}

/** Arguments of the catalogue that the current contract lacks: older servers take them. */
const OLDER_ARGUMENTS: Readonly<Record<string, LooseSchema>> = {
  input_audio_noise_reduction: { type: ['object', 'null'], description: 'Noise reduction of the input; null is none.' },
  modalities: { type: 'array', items: { type: 'string' }, description: 'Kinds of output: `text`, `audio`.' },
  model: { type: 'string', description: 'Id of the model.' },
};

/** Selects tools beside the standard catalogue. */
export interface ExtendedCatalogue {
  /** First segments of operation ids, e.g. `vectorStores`, or `all`. */
  groups: readonly string[];
  /** Whether tools that change something are left out. */
  readOnly: boolean;
}

/** The tools by their names. @throws Error if a group has no operation. */
export function createTools(extended: ExtendedCatalogue = { groups: [], readOnly: false }): Map<string, ApiTool> {
  const covered = new Set(STANDARD_TOOLS.map((tool) => tool.operation.id));
  const groups = new Set(operations.map(groupOf));
  for (const group of extended.groups) {
    if (group !== 'all' && !groups.has(group))
      throw new Error(`There is no group '${group}' of tools. The groups are: ${[...groups].sort().join(', ')}, all.`);
  }
  const wanted = (each: Operation) => extended.groups.includes('all') || extended.groups.includes(groupOf(each));
  const more = operations
    .filter((each) => !covered.has(each.id) && wanted(each))
    .map(toExtendedTool)
    .filter((tool) => tool.readOnly || !extended.readOnly);
  return new Map([...STANDARD_TOOLS, ...more].map((tool) => [tool.name, tool]));
}

function groupOf(operation: Operation): string {
  return operation.id.slice(0, operation.id.indexOf('.'));
}

function toStandardTool({ name, description, operation: id, required, optional }: CatalogueRow): ApiTool {
  const operation = findOperation(id);
  if (operation === undefined) throw new Error(`The contract has no operation '${id}'.`);
  const known = argumentsOf(operation);
  const listed = [...required, ...optional].sort().map((argument): [string, ToolArgument] => {
    const parameter = argument.replace('[]', '');
    const declared = known.get(parameter) ?? olderArgument(parameter);
    return [argument, { ...declared, required: required.includes(argument) }];
  });
  return { name, description, operation, arguments: new Map(listed), readOnly: isReadOnly(operation) };
}

function olderArgument(parameter: string): ToolArgument {
  const schema = OLDER_ARGUMENTS[parameter];
  if (schema === undefined) throw new Error(`Neither the contract nor the catalogue describes '${parameter}'.`);
  return { parameter, location: 'body', required: false, schema, isFile: false };
}

/** `vectorStores.fileBatches.cancel` becomes `openai_vector_stores_file_batches_cancel`. */
function toExtendedTool(operation: Operation): ApiTool {
  const name = operation.id.replaceAll('.', '_').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return {
    name: `openai_${name}`,
    description: operation.summary,
    operation,
    arguments: argumentsOf(operation),
    readOnly: isReadOnly(operation),
  };
}

function isReadOnly({ method, id }: Operation): boolean {
  return method === 'GET' || id === 'vectorStores.search';
}

interface ObjectKeywords {
  properties?: Record<string, object>;
  required?: string[];
  anyOf?: object[];
  oneOf?: object[];
}

function argumentsOf({ params, query, body }: Operation): Map<string, ToolArgument> {
  const found = new Map<string, ToolArgument>();
  const add = (location: ArgumentLocation, schema: object | undefined) => {
    for (const [parameter, { property, required }] of propertiesOf(schema)) {
      if (found.has(parameter)) continue;
      found.set(parameter, {
        parameter,
        location,
        required,
        schema: isFile(property) ? FILE_SCHEMA : toLooseSchema(property),
        isFile: isFile(property),
      });
    }
  };
  add('path', params);
  add('query', query);
  add('body', body);
  return found;
}

const FILE_SCHEMA: LooseSchema = {
  type: 'string',
  description: 'The file: a data URI or base64; over stdio also a path or an http(s) URL.',
};

/** Properties of an object schema, or of all alternatives of a union. */
function propertiesOf(schema: object | undefined): Map<string, { property: object; required: boolean }> {
  if (schema === undefined) return new Map();
  const target = targetOf(schema);
  if (target !== undefined) return propertiesOf(target);
  const { properties = {}, required = [], anyOf, oneOf } = schema as ObjectKeywords;
  const own = Object.entries(properties).map(
    ([name, property]) => [name, { property, required: required.includes(name) }] as const,
  );
  const alternatives = (anyOf ?? oneOf ?? []).map((each) => propertiesOf(each));
  const shared = alternatives.flatMap((each) =>
    [...each].map(([name, { property, required: needed }]) => {
      const always = needed && alternatives.every((other) => other.get(name)?.required === true);
      return [name, { property, required: always }] as const;
    }),
  );
  return new Map([...shared, ...own]);
}

function isFile(schema: object): boolean {
  const { format, anyOf, oneOf } = schema as { format?: string; anyOf?: object[]; oneOf?: object[] };
  return format === 'binary' || (anyOf ?? oneOf ?? []).some(isFile);
}

const STANDARD_TOOLS: readonly ApiTool[] = CATALOGUE.map(toStandardTool);
