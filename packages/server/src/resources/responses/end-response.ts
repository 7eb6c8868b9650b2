/** Cancels and deletes responses. */
import { advance } from '../../generation/loop/advance.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { ResponseRecord } from '../../storage/repositories/responses.ts';
import type { Services } from '../services.ts';
import { createCallItems } from './call-items.ts';
import { customNamesOf } from './definition.ts';
import { createResponseOutput } from './response-output.ts';
import { createResponseTransaction } from './response-store.ts';
import { hasEnded } from './to-response.ts';

type EndServices = Pick<Services, 'clock' | 'ids' | 'models' | 'tools'>;

/**
 * Cancels a response immediately, or, if a worker executes it, as soon as the worker has stopped. Returns undefined if
 * the response has ended, is being cancelled, or does not exist.
 */
export async function cancelResponse(
  tx: ProjectRepositories,
  services: EndServices,
  id: string,
): Promise<ResponseRecord | undefined> {
  const response = await tx.responses.lock(id);
  if (response === undefined || hasEnded(response)) return undefined;
  const { jobId } = response;
  const job = jobId === null ? 'absent' : await tx.jobs.cancel(jobId);
  const calls = createCallItems(customNamesOf(response));
  const transaction = createResponseTransaction(tx, services, { id, calls });
  const deps = { clock: services.clock, output: createResponseOutput(calls), citations: services.tools };
  const event = { type: 'cancel', isExecuting: job === 'signalled' } as const;
  const advanced = await advance(transaction, deps, { event });
  return advanced && transaction.response();
}

/**
 * Deletes a response with its items and its stream; readers of the stream end. A response that is being generated is
 * stopped, and adds nothing to its conversation. False when there is none.
 */
export async function deleteResponse(tx: ProjectRepositories, id: string): Promise<boolean> {
  const response = await tx.responses.lock(id);
  if (response === undefined) return false;
  const { jobId, conversationId } = response;
  if (!hasEnded(response)) {
    if (jobId !== null) await tx.jobs.cancel(jobId);
    if (conversationId !== null) await tx.conversations.endResponse(conversationId, id);
  }
  await tx.responses.delete(id);
  await tx.events.delete(id);
  return true;
}
