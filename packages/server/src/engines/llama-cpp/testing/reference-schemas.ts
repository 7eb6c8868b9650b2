/** The same schema with its references written in other ways: anchors, ids, dynamic references, encoded pointers, places of any kind. */
type Schema = Record<string, unknown>;

interface Spelling {
  name: string;
  /** Name of the definition inside `$defs`. */
  key?: string;
  /** What the definition says of itself. */
  own?(name: string): Schema;
  reference(name: string, key: string): Schema;
}

const encode = (key: string) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));

export const SPELLINGS: readonly Spelling[] = [
  { name: 'anchors', own: (name) => ({ $anchor: name }), reference: (name) => ({ $ref: `#${name}` }) },
  {
    name: 'dynamic anchors',
    own: (name) => ({ $dynamicAnchor: name }),
    reference: (name) => ({ $dynamicRef: `#${name}` }),
  },
  { name: 'relative ids', own: (name) => ({ $id: `${name}.json` }), reference: (name) => ({ $ref: `${name}.json` }) },
  {
    name: 'absolute ids with a pointer',
    own: (name) => ({ $id: `https://example.com/${name}` }),
    reference: (name) => ({ $ref: `https://example.com/${name}#` }),
  },
  {
    name: 'urns',
    own: (name) => ({ $id: `urn:example:${name}` }),
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

/** Rewrites references to `#/$defs/NAME` and the definitions that they mean. */
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
    { ...spelling.own?.(name), ...(rewrite(definition) as Schema) },
  ]);
  return { ...(rewrite(root) as Schema), $defs: Object.fromEntries(definitions) };
}
