import { threads } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { implement } from '../../handler.ts';
import { toMessage } from './to-message.ts';

export default implement(threads.messages.retrieve, ({ repositories }) => async ({ params }, { principal }) => {
  const { messages } = repositories.forProject(principal.projectId);
  const record = await messages.retrieve(params.thread_id, params.message_id);
  if (record === undefined) throw errors.objectNotFound('Message', params.message_id);
  return toMessage(record);
});
