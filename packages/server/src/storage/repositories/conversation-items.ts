/** Door: the items of conversations, in the order of their numbers. */
import type { Listed, ListPage } from './page.ts';
import type { NewItem } from './response-items.ts';

export interface ConversationItemRecord extends NewItem {
  /** Number in the conversation. */
  seq: number;
}

export interface ConversationItemRepository {
  /**
   * Appends items and returns the records. An item whose id the conversation has already is skipped. Undefined when
   * there is no such conversation.
   */
  append(conversationId: string, items: readonly NewItem[]): Promise<ConversationItemRecord[] | undefined>;
  retrieve(conversationId: string, id: string): Promise<ConversationItemRecord | undefined>;
  /** In the order of `seq`. */
  list(conversationId: string, page: ListPage): Promise<Listed<ConversationItemRecord>>;
  /** At most `limit` items with numbers below `before`, the newest first. */
  listBefore(conversationId: string, page: { before: number; limit: number }): Promise<ConversationItemRecord[]>;
  /** The oldest item. */
  first(conversationId: string): Promise<ConversationItemRecord | undefined>;
  /** False when there is none. */
  delete(conversationId: string, id: string): Promise<boolean>;
  /** The newest item with each id in any conversation, in any order. */
  find(ids: readonly string[]): Promise<NewItem[]>;
}
