/** Door: chat completions that were asked to be stored. */
import type { Listed, ListPage } from './page.ts';

export interface ChatCompletionRecord {
  /** `chatcmpl-…` */
  id: string;
  projectId: string;
  /** The model that answered. */
  model: string;
  /** What the caller called it. */
  requestedModel: string;
  /** The object of the API, without its metadata. */
  completion: Record<string, unknown>;
  metadata: Readonly<Record<string, string>>;
  createdAt: number;
}

export interface ChatCompletionPage extends ListPage {
  /** Under either name. */
  model?: string | undefined;
  /** Pairs that a completion must all have. */
  metadata?: Readonly<Record<string, string>> | undefined;
}

export interface ChatCompletionRepository {
  /** `messages` are those of the request. */
  create(record: Omit<ChatCompletionRecord, 'projectId'>, messages: readonly unknown[]): Promise<void>;
  retrieve(id: string): Promise<ChatCompletionRecord | undefined>;
  /** The messages of the request; undefined when there is no such completion. */
  listMessages(id: string): Promise<Record<string, unknown>[] | undefined>;
  list(page: ChatCompletionPage): Promise<Listed<ChatCompletionRecord>>;
  /** Replaces the metadata. Answers the record as it is then; undefined when there is none. */
  update(id: string, metadata: Readonly<Record<string, string>>): Promise<ChatCompletionRecord | undefined>;
  /** False when there is none. */
  delete(id: string): Promise<boolean>;
}
