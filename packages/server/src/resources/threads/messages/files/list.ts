import { threads } from '@selfsame/contract';
import { implement } from '../../../handler.ts';
import { pageOf } from '../../../page-of.ts';
import { toPage } from '../../../to-page.ts';
import { toMessageFiles } from './to-message-files.ts';

export default implement(
  threads.messages.files.list,
  ({ repositories }) =>
    async ({ params, query }, { principal }) => {
      const scope = repositories.forProject(principal.projectId);
      const files = await toMessageFiles(scope, params.thread_id, params.message_id);
      return toPage(pageOf(files, query), (file) => file);
    },
);
