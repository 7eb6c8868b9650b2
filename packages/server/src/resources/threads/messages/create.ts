import { threads } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { implement } from '../../handler.ts';
import { lockFreeThread } from '../lock-free-thread.ts';
import { addMessages } from './add-messages.ts';
import { toNewMessage } from './new-messages.ts';
import { toMessage } from './to-message.ts';

export default implement(threads.messages.create, (services) => async ({ params, body }, { principal }) => {
  const scope = services.repositories.forProject(principal.projectId);
  const message = await toNewMessage(services, scope, body);
  const id = params.thread_id;
  const [record] = await scope.transaction(async (tx) => {
    // A run reads its thread while it runs: no message is added meanwhile.
    await lockFreeThread(tx, services, { threadId: id, refuse: errors.messageDuringRun });
    return (await addMessages(tx, services, id, [message])) ?? [];
  });
  if (record === undefined) throw errors.objectNotFound('Thread', id);
  return toMessage(record);
});
