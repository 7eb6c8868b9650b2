import { threads } from '@selfsame/contract';
import { errors } from '../../../../errors/catalogue.ts';
import { implement } from '../../../handler.ts';
import { toMessageFiles } from './to-message-files.ts';

export default implement(threads.messages.files.retrieve, ({ repositories }) => async ({ params }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const files = await toMessageFiles(scope, params.thread_id, params.message_id);
  const file = files.find(({ id }) => id === params.file_id);
  if (file === undefined) throw errors.objectNotFound('MessageFile', params.file_id);
  return file;
});
