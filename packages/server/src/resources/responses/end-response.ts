/** Cancels, fails and deletes responses. */
import { advance } from '../../generation/loop/advance.ts';
import type { LoopEvent } from '../../generation/loop/state-machine.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { ResponseRecord } from '../../storage/repositories/responses.ts';
import type { Services } from '../services.ts';
import { createCallItems } from './call-items.ts';
import { clientToolsOf } from './definition.ts';
import { createResponseOutput } from './response-output.ts';
import { createResponseTransaction } from './response-store.ts';
import { hasEnded } from './to-response.ts';

type EndServices = Pick<Services, 'clock' | 'ids' | 'models' | 'tools' | 'sealer'>;

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
  return advanceResponse(tx, services, { response, event: { type: 'cancel', isExecuting: job === 'signalled' } });
}

/** Fails a response whose job is dead, unless it has ended. */
export async function failResponse(tx: ProjectRepositories, services: EndServices, id: string): Promise<void> {
  const response = await tx.responses.lock(id);
  if (response === undefined) return;
  await advanceResponse(tx, services, { response, event: { type: 'fail', error: DEAD_JOB } });
}

const DEAD_JOB = { code: 'server_error', message: 'The server failed in each of its attempts.' } as const;

async function advanceResponse(
  tx: ProjectRepositories,
  services: EndServices,
  { response, event }: { response: ResponseRecord; event: LoopEvent },
): Promise<ResponseRecord | undefined> {
  const calls = createCallItems(clientToolsOf(response));
  const transaction = createResponseTransaction(tx, services, { id: response.id, calls });
  const deps = { clock: services.clock, output: createResponseOutput(calls), citations: services.tools };
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
