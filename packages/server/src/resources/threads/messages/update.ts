import { threads } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { implement } from '../../handler.ts';
import { toMessage } from './to-message.ts';

export default implement(threads.messages.update, ({ repositories }) => async ({ params, body }, { principal }) => {
  const { messages } = repositories.forProject(principal.projectId);
  const fields = body.metadata === undefined ? {} : { metadata: body.metadata ?? {} };
  const record = await messages.update(params.thread_id, params.message_id, fields);
  if (record === undefined) throw errors.objectNotFound('Message', params.message_id);
  return toMessage(record);
});
