/** Calls whose items need the whole arguments: nothing is published before the call is complete. */
import { errors } from '../../../errors/catalogue.ts';
import type { ModelCall } from '../../../storage/repositories/model-calls.ts';
import type { CallForm, ItemEvent, ItemStatus } from '../call-form.ts';
import type { ItemData } from './client-tool.ts';

interface WholeCall {
  /** Of the ids of the items. */
  prefix: string;
  /** The properties that follow from the arguments; undefined for arguments that do not fit the tool. */
  toFields(args: ItemData, name: string): ItemData | undefined;
  /** Type of the items. */
  type: string;
  onEnd?: (fields: ItemData) => readonly ItemEvent[];
}

export function createWholeForm({ prefix, type, toFields, onEnd }: WholeCall): CallForm {
  /** @throws ApiError for a call that no client can run. */
  const read = ({ name, arguments: text }: ModelCall): ItemData => {
    const args = parse(text);
    const fields = args === undefined ? undefined : toFields(args, name);
    if (fields === undefined) throw errors.invalidToolCall(name);
    return fields;
  };
  return {
    prefix,
    isWhole: true,
    toItem: (call: ModelCall, status: ItemStatus) => ({ type, status, call_id: call.id, ...read(call) }),
    onStart: [],
    onArguments: () => undefined,
    onRun: () => [],
    onEnd: (call) => onEnd?.(read(call)) ?? [],
  };
}

function parse(text: string): ItemData | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ItemData) : undefined;
  } catch {
    return undefined;
  }
}
