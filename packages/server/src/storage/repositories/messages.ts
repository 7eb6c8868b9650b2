/** Door: the messages of threads, in the order of their numbers. Deleting a thread deletes its messages. */
import type { Listed, ListPage } from './page.ts';

export type MessageStatus = 'in_progress' | 'incomplete' | 'completed';

/** Mutable fields. */
export interface MessageFields {
  status: MessageStatus;
  /** A reason of the API. */
  incompleteReason: string | null;
  /** Content parts in the wire format of responses. */
  content: readonly Readonly<Record<string, unknown>>[];
  metadata: Readonly<Record<string, string>>;
  completedAt: number | null;
  incompleteAt: number | null;
}

export interface MessageRecord extends MessageFields {
  /** `msg_…` */
  id: string;
  projectId: string;
  threadId: string;
  /** Number in the thread. */
  seq: number;
  role: 'user' | 'assistant';
  /** In wire format. */
  attachments: readonly Readonly<Record<string, unknown>>[];
  /** Null for a message that no run created. */
  assistantId: string | null;
  runId: string | null;
  createdAt: number;
}

export type NewMessage = Omit<MessageRecord, 'projectId' | 'threadId' | 'seq'>;

export interface MessagePage extends ListPage {
  /** Only messages of this run. */
  runId?: string | undefined;
}

export interface MessageRepository {
  /** Appends messages to the thread and returns the records. Undefined when there is no such thread. */
  create(threadId: string, messages: readonly NewMessage[]): Promise<MessageRecord[] | undefined>;
  retrieve(threadId: string, id: string): Promise<MessageRecord | undefined>;
  /** In the order of `seq`. */
  list(threadId: string, page: MessagePage): Promise<Listed<MessageRecord>>;
  /** Updates the given fields and returns the record. Undefined when there is none. */
  update(threadId: string, id: string, fields: Partial<MessageFields>): Promise<MessageRecord | undefined>;
  /** False when there is none. */
  delete(threadId: string, id: string): Promise<boolean>;
}
