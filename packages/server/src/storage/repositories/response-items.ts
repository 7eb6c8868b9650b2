/**
 * Door: the items of responses, in the form of the API. Invariant: the history of a response is read from its newest
 * item backwards, with one range per page, however many responses it has.
 */
import type { ModelCall } from './model-calls.ts';
import type { Listed, ListPage } from './page.ts';

export interface NewItem {
  /** E.g. `msg_…`. Not unique: clients send items of earlier responses back. */
  id: string;
  /** The item, with its id. */
  data: Readonly<Record<string, unknown>>;
  /** Set for a call of a tool that the server ran: what the model reads of it. Never part of a response. */
  call?: ModelCall;
  /** The text of each part that is a file; null for other parts. What the model reads of them. */
  fileTexts?: readonly (string | null)[];
}

export type ItemKind = 'input' | 'output';

/** A position in the history of a response. */
export interface HistoryPosition {
  chainId: string;
  /** Items with smaller numbers follow. */
  position: number;
}

export interface HistoryPage {
  /** The newest first. */
  items: (NewItem & { responseId: string; kind: ItemKind })[];
  /** Where the next page starts; undefined when there are no more items. */
  next: HistoryPosition | undefined;
}

export interface ResponseItemRepository {
  /**
   * Appends items to the output. Returns the position of the first one there; undefined when there is no response.
   * @param options `isDiscarded`: the items take positions, and are never read.
   */
  append(
    responseId: string,
    items: readonly NewItem[],
    options?: { isDiscarded?: boolean },
  ): Promise<number | undefined>;
  /** All items of the output, in order. */
  listOutput(responseId: string): Promise<NewItem[]>;
  /** The items of the input, in order, without those of earlier responses. An id may be in the input once. */
  listInput(responseId: string, page: ListPage): Promise<Listed<NewItem>>;
  /**
   * The items of the response and of those that it continues, at most `limit`, from `from` (default: the newest).
   * Undefined when there is no response.
   */
  listHistory(responseId: string, page: { from?: HistoryPosition; limit: number }): Promise<HistoryPage | undefined>;
  /** The oldest item of the history. */
  firstOfHistory(responseId: string): Promise<NewItem | undefined>;
  /** The newest item with each id, in any order. */
  find(ids: readonly string[]): Promise<NewItem[]>;
}
