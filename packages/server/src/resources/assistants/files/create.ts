import { assistants } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { implement } from '../../handler.ts';
import { checkFile } from '../tool-resources.ts';
import { fileIdsOf, toAssistantFile, withFileIds } from './to-assistant-file.ts';

/** The maximum at creation of an assistant. */
const MAX_FILES = 20;

export default implement(assistants.files.create, ({ repositories }) => async ({ params, body }, { principal }) => {
  const { assistant_id: id } = params;
  const scope = repositories.forProject(principal.projectId);
  await checkFile(scope, body.file_id, 'file_id');
  const record = await scope.transaction(async (tx) => {
    const before = await tx.assistants.lock(id);
    if (before === undefined) throw errors.objectNotFound('Assistant', id);
    const fileIds = new Set([...fileIdsOf(before), body.file_id]);
    if (fileIds.size > MAX_FILES) {
      const message = `Invalid 'file_id': an assistant has at most ${MAX_FILES} files, and '${id}' has as many.`;
      throw errors.outOfRange('file_id', message, 'array_above_max_length');
    }
    await tx.assistants.update(id, { toolResources: withFileIds(before, [...fileIds]) });
    return before;
  });
  return toAssistantFile(scope, record, body.file_id);
});
