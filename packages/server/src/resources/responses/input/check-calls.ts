/** Every output of a request needs its call, and every call of the last turn needs its output. */
import { errors } from '../../../errors/catalogue.ts';
import type { NewItem } from '../../../storage/repositories/response-items.ts';
import { toolOfCall, toolOfOutput } from '../client-tools/index.ts';

/** An output belongs to the call with its id and of its kind. */
const toKey = (outputType: string, callId: string) => `${outputType} ${callId}`;

const toCallId = (key: string) => key.slice(key.indexOf(' ') + 1);

const callKeys = (items: readonly NewItem[]) =>
  items.flatMap(({ data }) => {
    const tool = toolOfCall.get(data['type']);
    return tool === undefined ? [] : [toKey(tool.outputType, String(data['call_id']))];
  });

const outputKeys = (items: readonly NewItem[]) =>
  items.flatMap(({ data }) => {
    const tool = toolOfOutput.get(data['type']);
    return tool === undefined ? [] : [toKey(tool.outputType, tool.toCallId(data))];
  });

/**
 * @param earlier the items before the input, the newest first. Read until all calls are found.
 * @throws ApiError naming `input`.
 */
export async function checkCalls(input: readonly NewItem[], earlier: AsyncIterable<NewItem>): Promise<void> {
  refuseSecondOutputs(input);
  const outputs = new Set(outputKeys(input));
  const open = new Set(callKeys(input));
  const missing = withoutCallBefore(input);
  let isLastTurn = true;
  for await (const item of earlier) {
    const [called] = callKeys([item]);
    const [answered] = outputKeys([item]);
    if (answered !== undefined) outputs.add(answered);
    if (called !== undefined) {
      missing.delete(called);
      if (isLastTurn) open.add(called);
    } else if (item.data['type'] === 'message') isLastTurn = false;
    if (!isLastTurn && missing.size === 0) break;
  }
  const [orphan] = missing;
  if (orphan !== undefined) {
    throw errors.invalidValue('input', `No tool call found for function call output with call_id ${toCallId(orphan)}.`);
  }
  const unanswered = [...open].find((key) => !outputs.has(key));
  if (unanswered !== undefined) {
    throw errors.invalidValue('input', `No tool output found for function call ${toCallId(unanswered)}.`);
  }
}

/** The outputs whose calls do not precede them in the input. */
function withoutCallBefore(input: readonly NewItem[]): Set<string> {
  const called = new Set<string>();
  const missing = new Set<string>();
  for (const item of input) {
    for (const key of callKeys([item])) called.add(key);
    for (const key of outputKeys([item])) if (!called.has(key)) missing.add(key);
  }
  return missing;
}

function refuseSecondOutputs(input: readonly NewItem[]): void {
  const keys = outputKeys(input);
  const second = keys.find((key, index) => keys.indexOf(key) < index);
  if (second === undefined) return;
  throw errors.invalidValue('input', `The call '${toCallId(second)}' has two outputs.`);
}
