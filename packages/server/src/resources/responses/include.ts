/** `include[]`: properties of items that a response has only on request. Pure. */

type Item = Readonly<Record<string, unknown>>;

/** By the type of the item: the name in `include`, and the item without the property. */
const OPTIONAL: Readonly<Record<string, { name: string; without(item: Item): Item }>> = {
  code_interpreter_call: {
    name: 'code_interpreter_call.outputs',
    without: (item) => ({ ...item, outputs: null }),
  },
  file_search_call: { name: 'file_search_call.results', without: (item) => ({ ...item, results: null }) },
  web_search_call: { name: 'web_search_call.action.sources', without: withoutSources },
};

function withoutSources(item: Item): Item {
  const { sources: _sources, ...action } = (item['action'] ?? {}) as Item;
  return { ...item, action };
}

/** Returns the value without the properties of its items that `include` does not name. */
export function selectIncluded<T>(value: T, include: unknown): T {
  const names = new Set<unknown>(Array.isArray(include) ? include : []);
  const omitted = Object.entries(OPTIONAL).filter(([, { name }]) => !names.has(name));
  return omitted.length === 0 ? value : (select(value, new Set(omitted.map(([type]) => type))) as T);
}

function select(value: unknown, types: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((each) => select(each, types));
  if (typeof value !== 'object' || value === null) return value;
  const { type, item, response, output, data } = value as Record<string, unknown>;
  const optional = typeof type === 'string' && types.has(type) ? OPTIONAL[type] : undefined;
  if (optional !== undefined) return optional.without(value as Item);
  return {
    ...value,
    ...(item === undefined ? {} : { item: select(item, types) }),
    ...(response === undefined ? {} : { response: select(response, types) }),
    ...(Array.isArray(output) ? { output: select(output, types) } : {}),
    ...(Array.isArray(data) ? { data: select(data, types) } : {}),
  };
}
