/** Files of an assistant in the Assistants API v1: those of its code interpreter. */
import type { AssistantFileObject } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { toSeconds } from '../../../lib/clock.ts';
import type { AssistantRecord } from '../../../storage/repositories/assistants.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';

export function fileIdsOf({ toolResources }: Pick<AssistantRecord, 'toolResources'>): readonly string[] {
  return toolResources.code_interpreter?.file_ids ?? [];
}

/** The resources with these files instead. */
export function withFileIds({ toolResources }: Pick<AssistantRecord, 'toolResources'>, fileIds: readonly string[]) {
  return { ...toolResources, code_interpreter: { file_ids: [...fileIds] } };
}

/** The time at which an assistant got a file is not stored; returns the earliest possible one. */
export async function toAssistantFile(
  { files }: Pick<ProjectRepositories, 'files'>,
  { id, createdAt }: AssistantRecord,
  fileId: string,
): Promise<AssistantFileObject> {
  const file = await files.retrieve(fileId);
  const since = Math.max(createdAt, file?.createdAt ?? 0);
  return { id: fileId, object: 'assistant.file', created_at: toSeconds(since), assistant_id: id };
}

/** @throws ApiError 404 if the assistant does not have the file. */
export function requireFile(record: AssistantRecord, fileId: string): void {
  if (!fileIdsOf(record).includes(fileId)) throw errors.objectNotFound('AssistantFile', fileId);
}
