/**
 * Door: conversations. Invariants: items have ascending numbers in their conversation; at most one response of a
 * conversation is active.
 */
import type { NewItem } from './response-items.ts';

export interface ConversationRecord {
  /** `conv_…` */
  id: string;
  projectId: string;
  metadata: Readonly<Record<string, string>>;
  /** The response that will append to the conversation. */
  activeResponseId: string | null;
  createdAt: number;
}

export interface ConversationRepository {
  /** Throws ConstraintViolation when the id exists. */
  create(
    record: Omit<ConversationRecord, 'projectId' | 'activeResponseId'>,
    items: readonly NewItem[],
  ): Promise<ConversationRecord>;
  retrieve(id: string): Promise<ConversationRecord | undefined>;
  /** Replaces the metadata and returns the record. Undefined when there is none. */
  update(id: string, metadata: ConversationRecord['metadata']): Promise<ConversationRecord | undefined>;
  /** Deletes the conversation with its items. Its responses remain. False when there is none. */
  delete(id: string): Promise<boolean>;
  /**
   * Sets the active response. Returns the number of the next item: the response reads those with smaller numbers.
   * Undefined when another response is active or there is no such conversation.
   */
  beginResponse(id: string, responseId: string): Promise<number | undefined>;
  /** Clears the active response if it is `responseId`. */
  endResponse(id: string, responseId: string): Promise<void>;
}
