import { chat } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { implement } from '../../handler.ts';

export default implement(chat.completions.delete, ({ repositories }) => async ({ params }, { principal }) => {
  const id = params.completion_id;
  const deleted = await repositories.forProject(principal.projectId).chatCompletions.delete(id);
  if (!deleted) throw errors.objectNotFound('ChatCompletion', id);
  return { object: 'chat.completion.deleted' as const, id, deleted };
});
