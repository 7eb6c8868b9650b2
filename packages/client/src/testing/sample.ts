/** Sample values of schemas, with every property, for requests that only need the right shape. */
import { BINARY_FORMAT, targetOf } from '@selfsame/contract';

interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: object[];
  oneOf?: object[];
  items?: object;
  properties?: Record<string, object>;
  additionalProperties?: unknown;
  format?: string;
  minimum?: number;
}

const MAX_DEPTH = 4;

/** Streams are tested elsewhere: `stream` is omitted. */
export function sampleOf(schema: object, depth = 0): unknown {
  const target = targetOf(schema);
  if (target !== undefined) return sampleOf(target, depth);
  const known = schema as Schema;
  if (known.const !== undefined) return known.const;
  if (known.enum !== undefined) return known.enum.find((value) => value !== null);
  const [branch] = known.oneOf ?? known.anyOf ?? [];
  if (branch !== undefined) return sampleOf(branch, depth);
  if (known.format === BINARY_FORMAT) return sampleFile();
  const [type] = Array.isArray(known.type) ? known.type : [known.type];
  if (type === 'array') return depth > MAX_DEPTH ? [] : sampleItems(known, depth);
  if (type === 'integer' || type === 'number') return Math.max(known.minimum ?? 7, 7);
  if (type === 'boolean') return true;
  if (type === 'object' || known.properties !== undefined) return sampleObject(known, depth);
  return 'text é & =';
}

function sampleItems({ items = {} }: Schema, depth: number): unknown[] {
  return [sampleOf(items, depth + 1), sampleOf(items, depth + 1)];
}

function sampleObject({ properties = {}, additionalProperties }: Schema, depth: number): object {
  if (depth > MAX_DEPTH) return {};
  const entries = Object.entries(properties)
    .filter(([name]) => name !== 'stream')
    .map(([name, schema]) => [name, sampleOf(schema, depth + 1)]);
  const extra = typeof additionalProperties === 'object' && additionalProperties !== null ? [['a key', 'value']] : [];
  return Object.fromEntries([...entries, ...extra]);
}

/** The same bytes and name each time. */
function sampleFile(): File {
  return new File(['file content\n'], 'sample "file".txt', { type: 'text/plain' });
}
