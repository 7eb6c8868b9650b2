/** Door: the messages of threads, in the order of their numbers there. A message goes with its thread. */
import type { Listed, ListPage } from './page.ts';

export type MessageStatus = 'in_progress' | 'incomplete' | 'completed';

/** What may be changed. */
export interface MessageFields {
  status: MessageStatus;
  /** Why it is incomplete: one of the API's reasons. */
  incompleteReason: string | null;
  /** Parts in the form of the API's answers. */
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
  /** Its place in the thread. */
  seq: number;
  role: 'user' | 'assistant';
  /** In the form of the API. */
  attachments: readonly Readonly<Record<string, unknown>>[];
  /** Null when it was made by hand, as is the run's. */
  assistantId: string | null;
  runId: string | null;
  createdAt: number;
}

export type NewMessage = Omit<MessageRecord, 'projectId' | 'threadId' | 'seq'>;

export interface MessagePage extends ListPage {
  /** Only messages that this run made. */
  runId?: string | undefined;
}

export interface MessageRepository {
  /** Adds to the end of the thread, in order. Answers the records, or undefined when there is no such thread. */
  create(threadId: string, messages: readonly NewMessage[]): Promise<MessageRecord[] | undefined>;
  retrieve(threadId: string, id: string): Promise<MessageRecord | undefined>;
  /** By place in the thread. */
  list(threadId: string, page: MessagePage): Promise<Listed<MessageRecord>>;
  /** Changes the fields that are given. Answers the record as it is then; undefined when there is none. */
  update(threadId: string, id: string, fields: Partial<MessageFields>): Promise<MessageRecord | undefined>;
  /** False when there is none. */
  delete(threadId: string, id: string): Promise<boolean>;
}
