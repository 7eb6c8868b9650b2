/**
 * Every operation of the contract. An operation exported by a file named here needs no other mention; a new file is one
 * import and one entry, and a test fails while it is missing.
 */

import * as assistantFiles from './assistants/files.ts';
import * as assistants from './assistants.ts';
import * as batches from './batches.ts';
import * as chatCompletionMessages from './chat/completions/stored-messages.ts';
import * as chatCompletions from './chat/completions.ts';
import * as completions from './completions.ts';
import * as embeddings from './embeddings.ts';
import * as files from './files.ts';
import * as models from './models.ts';
import { isOperation, type Operation } from './operation.ts';
import * as messageFiles from './threads/messages/files.ts';
import * as threadMessages from './threads/messages.ts';
import * as threadRunSteps from './threads/runs/steps.ts';
import * as threadRuns from './threads/runs.ts';
import * as threads from './threads.ts';
import * as uploadParts from './uploads/parts.ts';
import * as uploads from './uploads.ts';
import * as vectorStoreFileBatches from './vector-stores/file-batches.ts';
import * as vectorStoreFiles from './vector-stores/files.ts';
import * as vectorStores from './vector-stores.ts';

const modules: readonly object[] = [
  batches,
  assistants,
  assistantFiles,
  chatCompletions,
  chatCompletionMessages,
  completions,
  embeddings,
  files,
  models,
  threads,
  threadMessages,
  messageFiles,
  threadRuns,
  threadRunSteps,
  uploads,
  uploadParts,
  vectorStores,
  vectorStoreFiles,
  vectorStoreFileBatches,
];

export const operations: readonly Operation[] = modules.flatMap((module) => Object.values(module).filter(isOperation));

const byId = new Map(operations.map((each) => [each.id, each]));

/** The operation of that id, e.g. `chat.completions.create`, or undefined. */
export function findOperation(id: string): Operation | undefined {
  return byId.get(id);
}
