import { batches } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { toPage } from '../to-page.ts';
import { toBatch } from './to-batch.ts';

export default implement(batches.list, ({ repositories }) => async ({ query }, { principal }) => {
  // The validator has filled in the default of `limit`.
  const page = { order: 'desc', limit: query.limit ?? 20, after: query.after } as const;
  return toPage(await repositories.forProject(principal.projectId).batches.list(page), toBatch);
});
