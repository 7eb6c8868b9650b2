import { responses } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { deleteResponse } from './end-response.ts';
import { findResponse } from './find-response.ts';

export default implement(responses.delete, ({ repositories }) => async ({ params }, { principal }) => {
  const id = params.response_id;
  await repositories.forProject(principal.projectId).transaction(async (tx) => {
    await findResponse(tx, id);
    await deleteResponse(tx, id);
  });
  return { id, object: 'response' as const, deleted: true as const };
});
