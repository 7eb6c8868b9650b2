/** Rewrites the references of a schema: anchors, ids, dynamic references and encoded pointers. */
type Schema = Record<string, unknown>;

interface Spelling {
  name: string;
  /** Name of the definition inside `$defs`. */
  key?: string;
  /** Keywords that identify the definition. */
  identify?(name: string): Schema;
  reference(name: string, key: string): Schema;
}

const encode = (key: string) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));

export const SPELLINGS: readonly Spelling[] = [
  { name: 'anchors', identify: (name) => ({ $anchor: name }), reference: (name) => ({ $ref: `#${name}` }) },
  {
    name: 'dynamic anchors',
    identify: (name) => ({ $dynamicAnchor: name }),
    reference: (name) => ({ $dynamicRef: `#${name}` }),
  },
  {
    name: 'relative ids',
    identify: (name) => ({ $id: `${name}.json` }),
    reference: (name) => ({ $ref: `${name}.json` }),
  },
  {
    name: 'absolute ids with a pointer',
    identify: (name) => ({ $id: `https://example.com/${name}` }),
    reference: (name) => ({ $ref: `https://example.com/${name}#` }),
  },
  {
    name: 'urns',
    identify: (name) => ({ $id: `urn:example:${name}` }),
    reference: (name) => ({ $ref: `urn:example:${name}` }),
  },
  {
    name: 'encoded pointers',
    key: 'a/b~c%25 é"',
    reference: (_name, key) => ({ $ref: `#/%24defs/${encode(key)}` }),
  },
  {
    name: 'pointers with escapes',
    key: '~1~0/ x',
    reference: (_name, key) => ({ $ref: `#/$defs/${key.replaceAll('~', '~0').replaceAll('/', '~1')}` }),
  },
];

/** Rewrites references to `#/$defs/NAME` and their definitions. */
export function respell(schema: Schema, spelling: Spelling): Schema {
  const keyOf = (name: string) => (spelling.key === undefined ? name : `${spelling.key}${name}`);
  const rewrite = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rewrite);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref, ...rest } = value as Schema;
    const others = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, rewrite(inner)]));
    if (typeof $ref !== 'string') return others;
    const name = $ref.slice('#/$defs/'.length);
    return { ...others, ...spelling.reference(name, keyOf(name)) };
  };
  const { $defs, ...root } = schema;
  const definitions = Object.entries($defs as Schema).map(([name, definition]) => [
    keyOf(name),
    { ...spelling.identify?.(name), ...(rewrite(definition) as Schema) },
  ]);
  return { ...(rewrite(root) as Schema), $defs: Object.fromEntries(definitions) };
}
