import { files } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { implement } from '../handler.ts';
import { removeFromStores } from '../vector-stores/remove-from-stores.ts';

export default implement(files.delete, ({ repositories, blobs }) => async ({ params }, { principal }) => {
  const orphans = await repositories.forProject(principal.projectId).transaction(async (tx) => {
    await removeFromStores(tx, params.file_id);
    return tx.files.delete(params.file_id);
  });
  if (orphans === undefined) throw errors.objectNotFound('File', params.file_id);
  await blobs.delete(orphans.map(({ key }) => key));
  return { id: params.file_id, object: 'file' as const, deleted: true };
});
