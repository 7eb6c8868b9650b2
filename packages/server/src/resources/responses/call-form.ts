/** How calls of one kind of tool appear in a response. */
import type { ModelCall } from '../../storage/repositories/model-calls.ts';

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export type Item = Readonly<Record<string, unknown>> & { id: string; type: string };

/** An event of an item, without its position. */
export interface ItemEvent extends Readonly<Record<string, unknown>> {
  type: string;
}

/** How calls of one kind appear in a response. */
export interface CallForm {
  /** Of the ids of the items. */
  prefix: string;
  /** The item is published with the complete call. */
  isWhole?: true;
  /** @throws ApiError for a complete call that no client can run. */
  toItem(call: ModelCall, status: ItemStatus): { type: string } & Record<string, unknown>;
  /** The item was added. */
  onStart: readonly ItemEvent[];
  /** The event of a piece of the arguments; undefined if they are not published. */
  onArguments(call: ModelCall, text: string): ItemEvent | undefined;
  /** The server runs the call. */
  onRun(call: ModelCall): readonly ItemEvent[];
  /** The call is complete. */
  onEnd(call: ModelCall): readonly ItemEvent[];
}
