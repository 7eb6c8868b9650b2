/** An assistant → the parameters that its requests to the Responses API have. Pure. */
import { type Conversion, type Fields, isPresent, present } from './conversion.ts';

export function toRequest(assistant: Fields): Conversion<Fields> {
  const { model, instructions, temperature, top_p, metadata, reasoning_effort: effort } = assistant;
  const resources = (assistant['tool_resources'] ?? {}) as Readonly<Record<string, Fields | undefined>>;
  const tools = ((assistant['tools'] ?? []) as Fields[]).map((tool) => toTool(tool, resources));
  const format = toFormat(assistant['response_format']);
  const omitted = ['name', 'description'].filter((name) => isPresent(assistant[name])).map((name) => `its ${name}`);
  const value = present({
    model,
    instructions,
    tools,
    temperature,
    top_p,
    text: format === undefined ? undefined : { format },
    reasoning: isPresent(effort) ? { effort } : undefined,
    metadata,
  });
  return { value, omitted };
}

function toTool(tool: Fields, resources: Readonly<Record<string, Fields | undefined>>): Fields {
  const { type } = tool;
  if (type === 'function') return { type, ...present({ strict: false, ...(tool['function'] as Fields) }) };
  if (type === 'file_search') {
    const { max_num_results, ranking_options } = (tool['file_search'] ?? {}) as Fields;
    const stores = resources['file_search']?.['vector_store_ids'] ?? [];
    return { type, vector_store_ids: stores, ...present({ max_num_results, ranking_options }) };
  }
  const files = resources['code_interpreter']?.['file_ids'];
  return { type, container: { type: 'auto', ...present({ file_ids: files }) } };
}

/** Assistants write `auto` for text. */
function toFormat(format: unknown): Fields | undefined {
  if (typeof format !== 'object' || format === null) return undefined;
  const { type, json_schema: schema } = format as Fields;
  return type === 'json_schema' ? { type, ...(schema as Fields) } : { type };
}
