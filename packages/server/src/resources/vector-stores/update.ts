/** `POST /vector_stores/{vector_store_id}`: what is left out stays; null takes away. */
import { vectorStores } from '@selfsame/contract';
import { expiryOf } from '../../retrieval/activity.ts';
import { implement } from '../handler.ts';
import { findLiveStore, findStore } from './find-store.ts';
import { toVectorStore } from './to-vector-store.ts';

export default implement(vectorStores.update, ({ repositories, clock }) => async ({ params, body }, { principal }) => {
  const { name, metadata, expires_after: expiry } = body;
  const id = params.vector_store_id;
  const now = clock.now();
  return repositories.forProject(principal.projectId).transaction(async (inside) => {
    const store = await findLiveStore(inside, id, now);
    const days = expiry === undefined ? store.expiresAfterDays : (expiry?.days ?? null);
    await inside.vectorStores.update(id, {
      ...(name === undefined ? {} : { name: name ?? '' }),
      ...(metadata === undefined ? {} : { metadata: metadata ?? {} }),
      lastActiveAt: now,
      expiresAfterDays: days,
      expiresAt: expiryOf(now, days),
    });
    return toVectorStore(await findStore(inside, id), now);
  });
});
