import { assistants } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { pageOf } from '../../page-of.ts';
import { toPage } from '../../to-page.ts';
import { findAssistant } from '../to-assistant.ts';
import { fileIdsOf, toAssistantFile } from './to-assistant-file.ts';

export default implement(assistants.files.list, ({ repositories }) => async ({ params, query }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const record = await findAssistant(scope, params.assistant_id);
  const files = await Promise.all(fileIdsOf(record).map((id) => toAssistantFile(scope, record, id)));
  return toPage(pageOf(files, query), (file) => file);
});
