import { batches } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { implement } from '../handler.ts';
import { endEarly } from './end-early.ts';
import { findBatch } from './find-batch.ts';
import { toBatch } from './to-batch.ts';

export default implement(batches.cancel, ({ repositories, clock }) => async ({ params }, { principal }) => {
  const id = params.batch_id;
  return repositories.forProject(principal.projectId).transaction(async (tx) => {
    const changes = { status: 'cancelling', cancellingAt: clock.now() } as const;
    const batch = (await endEarly(tx, id, changes, 'cancelled')) ?? (await findBatch(tx, id));
    // A repeated cancellation is not an error.
    if (batch.status !== 'cancelling') throw errors.batchNotCancellable(id, batch.status);
    return toBatch(batch);
  });
});
