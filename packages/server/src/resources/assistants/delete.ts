import { assistants } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { implement } from '../handler.ts';

export default implement(assistants.delete, ({ repositories }) => async ({ params }, { principal }) => {
  const id = params.assistant_id;
  const deleted = await repositories.forProject(principal.projectId).assistants.delete(id);
  if (!deleted) throw errors.objectNotFound('Assistant', id);
  return { id, object: 'assistant.deleted' as const, deleted };
});
