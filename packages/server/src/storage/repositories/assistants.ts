/** Door: assistants. Fields that are objects of the API are stored in their wire format. */
import type { Listed, ListPage } from './page.ts';

/** Ids of files and vector stores for tools, in wire format. */
export interface ToolResources {
  code_interpreter?: { file_ids?: string[] };
  file_search?: { vector_store_ids?: string[] };
}

/** Mutable fields. */
export interface AssistantFields {
  /** The model name of the request. */
  model: string;
  name: string | null;
  description: string | null;
  instructions: string | null;
  tools: readonly Readonly<Record<string, unknown>>[];
  toolResources: ToolResources;
  /** `auto`, or an object in wire format. */
  responseFormat: string | Readonly<Record<string, unknown>>;
  /** Null for the default of the model. */
  temperature: number | null;
  /** Null for the default of the model. */
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
  /** Updates the given fields and returns the record. Undefined when there is none. */
  update(id: string, fields: Partial<AssistantFields>): Promise<AssistantRecord | undefined>;
  /** False when there is none. Threads, messages and runs keep the id. */
  delete(id: string): Promise<boolean>;
}
