/** Door: assistants. What has the form of the API is kept in that form. */
import type { Listed, ListPage } from './page.ts';

/** Ids of what tools may use, in the form of the API. */
export interface ToolResources {
  code_interpreter?: { file_ids?: string[] };
  file_search?: { vector_store_ids?: string[] };
}

/** What may be changed. */
export interface AssistantFields {
  /** As the caller named it. */
  model: string;
  name: string | null;
  description: string | null;
  instructions: string | null;
  tools: readonly Readonly<Record<string, unknown>>[];
  toolResources: ToolResources;
  /** `auto`, or an object of the API. */
  responseFormat: string | Readonly<Record<string, unknown>>;
  /** Null where the caller left it to the model. */
  temperature: number | null;
  /** Null where the caller left it to the model. */
  topP: number | null;
  reasoningEffort: string | null;
  metadata: Readonly<Record<string, string>>;
}

export interface AssistantRecord extends AssistantFields {
  /** `asst_…` */
  id: string;
  projectId: string;
  createdAt: number;
}

export interface AssistantRepository {
  /** Throws ConstraintViolation when the id exists. */
  create(record: Omit<AssistantRecord, 'projectId'>): Promise<void>;
  retrieve(id: string): Promise<AssistantRecord | undefined>;
  list(page: ListPage): Promise<Listed<AssistantRecord>>;
  /** Locks the assistant until the transaction ends. Undefined when there is none. */
  lock(id: string): Promise<AssistantRecord | undefined>;
  /** Changes the fields that are given. Answers the record as it is then; undefined when there is none. */
  update(id: string, fields: Partial<AssistantFields>): Promise<AssistantRecord | undefined>;
  /** False when there is none. Threads, messages and runs keep its id. */
  delete(id: string): Promise<boolean>;
}
