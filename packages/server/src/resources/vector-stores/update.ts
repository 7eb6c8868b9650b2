/** `POST /vector_stores/{vector_store_id}`: absent fields stay unchanged; null removes a value. */
import { vectorStores } from '@selfsame/contract';
import { defined } from '../../lib/defined.ts';
import { expiryOf } from '../../retrieval/activity.ts';
import { implement } from '../handler.ts';
import { findLiveStore, findStore } from './find-store.ts';
import { toVectorStore } from './to-vector-store.ts';

export default implement(vectorStores.update, ({ repositories, clock }) => async ({ params, body }, { principal }) => {
  const { name, metadata, expires_after: expiry } = body;
  const id = params.vector_store_id;
  const now = clock.now();
  return repositories.forProject(principal.projectId).transaction(async (tx) => {
    const store = await findLiveStore(tx, id, now);
    const days = expiry === undefined ? store.expiresAfterDays : (expiry?.days ?? null);
    await tx.vectorStores.update(id, {
      ...defined({ name: name === null ? '' : name, metadata: metadata === null ? {} : metadata }),
      lastActiveAt: now,
      expiresAfterDays: days,
      expiresAt: expiryOf(now, days),
    });
    return toVectorStore(await findStore(tx, id), now);
  });
});
