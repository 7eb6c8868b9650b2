/** The door of tools that the client runs: what the model may call, and how calls and outputs appear as items. */
import type { RequestedTool } from '../../../generation/request/tools.ts';
import type { ModelCall } from '../../../storage/repositories/model-calls.ts';
import type { CallForm } from '../call-form.ts';
import type { RequestTool } from '../response-request.ts';

export type ItemData = Readonly<Record<string, unknown>>;

export interface ClientTool {
  /** Values of `type` in `tools` and in `tool_choice`. */
  readonly types: readonly string[];
  /** Value of `type` of its calls. */
  readonly callType: string;
  /** Values of the properties of its calls that a request may leave out. Every call has a status. */
  readonly callDefaults?: ItemData;
  /** Value of `type` of the outputs of its calls. */
  readonly outputType: string;
  /** Prefix of the ids of outputs. */
  readonly outputPrefix: string;
  readonly form: CallForm;
  /**
   * @param param name of the entry in errors, e.g. `tools[0]`.
   * @throws ApiError naming the property that the server does not support.
   */
  toRequested(tool: RequestTool, param: string): RequestedTool;
  /** A call of an earlier answer, as the model wrote it. */
  toCall(item: ItemData): Pick<ModelCall, 'name' | 'arguments'>;
  /** An output of a request, as it is stored: with the values of the properties that the request left out. */
  toStoredOutput(item: ItemData): ItemData;
  /** The id of the call that an output belongs to. */
  toCallId(output: ItemData): string;
  /** What the model reads of an output. */
  toOutputText(output: ItemData): string;
}

export const toCallId = (item: ItemData): string => String(item['call_id']);

export const withStatus = (item: ItemData): ItemData => ({ status: 'completed', ...withoutNulls(item) });

export function withoutNulls(item: ItemData): ItemData {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null));
}

/** The texts of an output that is a text or a list of parts. */
export function toJoinedText({ output }: ItemData): string {
  if (typeof output === 'string') return output;
  if (!Array.isArray(output)) return '';
  return (output as readonly ItemData[]).map(({ text }) => (typeof text === 'string' ? text : '')).join('');
}
