/** `include[]`: properties of items that a response has only on request. Pure. */
const SEARCH_RESULTS = 'file_search_call.results';

/** Returns the value without the properties of its items that `include` does not name. */
export function selectIncluded<T>(value: T, include: unknown): T {
  const names = Array.isArray(include) ? include : [];
  return names.includes(SEARCH_RESULTS) ? value : (withoutResults(value) as T);
}

function withoutResults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutResults);
  if (typeof value !== 'object' || value === null) return value;
  const { item, response, output, data } = value as Record<string, unknown>;
  if ('type' in value && value.type === 'file_search_call') return { ...value, results: null };
  return {
    ...value,
    ...(item === undefined ? {} : { item: withoutResults(item) }),
    ...(response === undefined ? {} : { response: withoutResults(response) }),
    ...(Array.isArray(output) ? { output: output.map(withoutResults) } : {}),
    ...(Array.isArray(data) ? { data: data.map(withoutResults) } : {}),
  };
}
