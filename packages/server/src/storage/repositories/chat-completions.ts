/** Door: stored chat completions. */
import type { Listed, ListPage } from './page.ts';

export interface ChatCompletionRecord {
  /** `chatcmpl-…` */
  id: string;
  projectId: string;
  /** The model that answered. */
  model: string;
  /** The model name of the request. */
  requestedModel: string;
  /** The object in wire format, without its metadata. */
  completion: Record<string, unknown>;
  metadata: Readonly<Record<string, string>>;
  createdAt: number;
}

export interface ChatCompletionPage extends ListPage {
  /** Matches either model name. */
  model?: string | undefined;
  /** Pairs that a completion must have, all of them. */
  metadata?: Readonly<Record<string, string>> | undefined;
}

export interface ChatCompletionRepository {
  /** `messages`: the messages of the request. */
  create(record: Omit<ChatCompletionRecord, 'projectId'>, messages: readonly unknown[]): Promise<void>;
  retrieve(id: string): Promise<ChatCompletionRecord | undefined>;
  /** The messages of the request; undefined when there is no such completion. */
  listMessages(id: string): Promise<Record<string, unknown>[] | undefined>;
  list(page: ChatCompletionPage): Promise<Listed<ChatCompletionRecord>>;
  /** Replaces the metadata and returns the record. Undefined when there is none. */
  update(id: string, metadata: Readonly<Record<string, string>>): Promise<ChatCompletionRecord | undefined>;
  /** False when there is none. */
  delete(id: string): Promise<boolean>;
}
