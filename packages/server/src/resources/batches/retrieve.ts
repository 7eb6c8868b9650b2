import { batches } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { findBatch } from './find-batch.ts';
import { toBatch } from './to-batch.ts';

export default implement(
  batches.retrieve,
  ({ repositories }) =>
    async ({ params }, { principal }) =>
      toBatch(await findBatch(repositories.forProject(principal.projectId), params.batch_id)),
);
