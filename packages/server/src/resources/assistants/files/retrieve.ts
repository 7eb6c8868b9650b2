import { assistants } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { findAssistant } from '../to-assistant.ts';
import { requireFile, toAssistantFile } from './to-assistant-file.ts';

export default implement(assistants.files.retrieve, ({ repositories }) => async ({ params }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const record = await findAssistant(scope, params.assistant_id);
  requireFile(record, params.file_id);
  return toAssistantFile(scope, record, params.file_id);
});
