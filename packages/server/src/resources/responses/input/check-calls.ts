/** Every output of a request needs its call, and every call of the last turn needs its output. */
import { errors } from '../../../errors/catalogue.ts';
import type { NewItem } from '../../../storage/repositories/response-items.ts';

const CALLS: ReadonlySet<unknown> = new Set(['function_call', 'custom_tool_call']);
const OUTPUTS: ReadonlySet<unknown> = new Set(['function_call_output', 'custom_tool_call_output']);

const callIds = (items: readonly NewItem[], types: ReadonlySet<unknown>) =>
  items.filter(({ data }) => types.has(data['type'])).map(({ data }) => String(data['call_id']));

/**
 * @param earlier the items before the input, the newest first. Read until all calls are found.
 * @throws ApiError naming `input`.
 */
export async function checkCalls(input: readonly NewItem[], earlier: AsyncIterable<NewItem>): Promise<void> {
  const outputs = new Set(callIds(input, OUTPUTS));
  const open = new Set(callIds(input, CALLS));
  const missing = new Set([...outputs].filter((id) => !open.has(id)));
  let isLastTurn = true;
  for await (const item of earlier) {
    const [id] = callIds([item], CALLS);
    const [answered] = callIds([item], OUTPUTS);
    if (answered !== undefined) outputs.add(answered);
    if (id !== undefined) {
      missing.delete(id);
      if (isLastTurn) open.add(id);
    } else if (item.data['type'] === 'message') isLastTurn = false;
    if (!isLastTurn && missing.size === 0) break;
  }
  const [orphan] = missing;
  if (orphan !== undefined) {
    throw errors.invalidValue('input', `No tool call found for function call output with call_id ${orphan}.`);
  }
  const unanswered = [...open].find((id) => !outputs.has(id));
  if (unanswered !== undefined) {
    throw errors.invalidValue('input', `No tool output found for function call ${unanswered}.`);
  }
}
