import { assistants } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { implement } from '../../handler.ts';
import { fileIdsOf, requireFile, withFileIds } from './to-assistant-file.ts';

export default implement(assistants.files.delete, ({ repositories }) => async ({ params }, { principal }) => {
  const { assistant_id: id, file_id: fileId } = params;
  await repositories.forProject(principal.projectId).transaction(async (tx) => {
    const before = await tx.assistants.lock(id);
    if (before === undefined) throw errors.objectNotFound('Assistant', id);
    requireFile(before, fileId);
    const left = fileIdsOf(before).filter((each) => each !== fileId);
    await tx.assistants.update(id, { toolResources: withFileIds(before, left) });
  });
  return { id: fileId, object: 'assistant.file.deleted' as const, deleted: true };
});
