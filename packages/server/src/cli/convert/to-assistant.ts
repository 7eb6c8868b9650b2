/** Parameters of requests to the Responses API → an assistant. Pure. */
import { type Conversion, type Fields, present } from './conversion.ts';

const KEPT: ReadonlySet<string> = new Set([
  'model',
  'instructions',
  'tools',
  'temperature',
  'top_p',
  'text',
  'reasoning',
  'metadata',
]);

export function toAssistant(request: Fields): Conversion<Fields> {
  const omitted = Object.keys(request).filter((name) => !KEPT.has(name));
  const { model, instructions, temperature, top_p, metadata, text, reasoning } = request;
  const tools: Fields[] = [];
  const resources: Record<string, Fields> = {};
  for (const tool of (request['tools'] ?? []) as Fields[]) {
    const { type, ...rest } = tool;
    if (type === 'function') tools.push({ type, function: rest });
    else if (type === 'file_search') {
      const { vector_store_ids: stores, ...options } = rest;
      tools.push({ type, ...(Object.keys(options).length === 0 ? {} : { file_search: options }) });
      resources['file_search'] = { vector_store_ids: stores };
    } else if (type === 'code_interpreter') {
      tools.push({ type });
      const { file_ids: files } = (rest['container'] ?? {}) as Fields;
      if (files !== undefined) resources['code_interpreter'] = { file_ids: files };
    } else omitted.push(`a tool of type '${String(type)}'`);
  }
  const { format } = (text ?? {}) as { format?: Fields };
  const { effort } = (reasoning ?? {}) as Fields;
  const value = present({
    model,
    instructions,
    tools,
    temperature,
    top_p,
    metadata,
    response_format: toResponseFormat(format),
    reasoning_effort: effort,
  });
  return { value: Object.keys(resources).length === 0 ? value : { ...value, tool_resources: resources }, omitted };
}

function toResponseFormat(format: Fields | undefined): Fields | undefined {
  if (format === undefined) return undefined;
  const { type, ...schema } = format;
  return type === 'json_schema' ? { type, json_schema: schema } : { type };
}
