import { chat } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { toPage } from '../../to-page.ts';
import { toStoredCompletion } from './find-completion.ts';

export default implement(chat.completions.list, ({ repositories }) => async ({ query }, { principal }) => {
  const listed = await repositories.forProject(principal.projectId).chatCompletions.list(query);
  return toPage(listed, toStoredCompletion);
});
