import { chat } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { findCompletion, toStoredCompletion } from './find-completion.ts';

export default implement(
  chat.completions.retrieve,
  ({ repositories }) =>
    async ({ params }, { principal }) =>
      toStoredCompletion(await findCompletion(repositories.forProject(principal.projectId), params.completion_id)),
);
