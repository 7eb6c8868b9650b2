import { chat } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { implement } from '../../handler.ts';
import { toStoredCompletion } from './find-completion.ts';

export default implement(chat.completions.update, ({ repositories }) => async ({ params, body }, { principal }) => {
  const { chatCompletions } = repositories.forProject(principal.projectId);
  const record = await chatCompletions.update(params.completion_id, body.metadata ?? {});
  if (record === undefined) throw errors.objectNotFound('ChatCompletion', params.completion_id);
  return toStoredCompletion(record);
});
