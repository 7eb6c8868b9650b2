/** Every output of a request needs its call, and every call of the last turn needs its output. */
import { errors } from '../../../errors/catalogue.ts';
import type { NewItem } from '../../../storage/repositories/response-items.ts';
import { toolOfCall, toolOfOutput } from '../client-tools/index.ts';

const callIds = (items: readonly NewItem[]) =>
  items.flatMap(({ data }) => (toolOfCall.has(data['type']) ? [String(data['call_id'])] : []));

const answeredIds = (items: readonly NewItem[]) =>
  items.flatMap(({ data }) => toolOfOutput.get(data['type'])?.toCallId(data) ?? []);

/**
 * @param earlier the items before the input, the newest first. Read until all calls are found.
 * @throws ApiError naming `input`.
 */
export async function checkCalls(input: readonly NewItem[], earlier: AsyncIterable<NewItem>): Promise<void> {
  const outputs = new Set(answeredIds(input));
  const open = new Set(callIds(input));
  const missing = new Set([...outputs].filter((id) => !open.has(id)));
  let isLastTurn = true;
  for await (const item of earlier) {
    const [id] = callIds([item]);
    const [answered] = answeredIds([item]);
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
