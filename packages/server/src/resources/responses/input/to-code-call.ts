/** A call of the code interpreter in an earlier answer → the call that the model reads again. Pure apart from a new id. */
import type { CodeInterpreterToolCall } from '@selfsame/contract';
import type { IdSource } from '../../../lib/ids.ts';
import type { NewItem } from '../../../storage/repositories/response-items.ts';
import { CODE_INTERPRETER } from '../../../tools/code-interpreter/definition.ts';

/** Without its code, there is nothing to read. */
export function toCodeCall({ code, outputs }: CodeInterpreterToolCall, ids: IdSource): Pick<NewItem, 'call'> {
  if (code === null) return {};
  const output = (outputs ?? []).map((each) => (each.type === 'logs' ? each.logs : '[A plot]')).join('');
  return { call: { id: ids('call_'), name: CODE_INTERPRETER, arguments: JSON.stringify({ code }), output } };
}
