import { assistants } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { toPage } from '../to-page.ts';
import { toAssistant } from './to-assistant.ts';

export default implement(assistants.list, ({ repositories }) => async ({ query }, { principal }) => {
  const listed = await repositories.forProject(principal.projectId).assistants.list(query);
  return toPage(listed, toAssistant);
});
