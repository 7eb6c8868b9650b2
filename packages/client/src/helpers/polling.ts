/** Waits for objects that change in the background: runs, batches, files of vector stores, fine-tuning jobs. */
import type { CallPromise } from '../core/call-promise.ts';
import { APIUserAbortError } from '../core/errors.ts';
import type { CallOptions } from '../core/operation-data.ts';

export interface PollOptions extends CallOptions {
  /** Time between two requests. Default: what the server states in `openai-poll-after-ms`, else 1000. */
  pollIntervalMs?: number;
}

const DEFAULT_POLL_INTERVAL_MS = 1000;

/** Retrieves an object until its status is none of `pending`. */
export async function poll<T extends { status?: string }>(
  retrieve: () => CallPromise<T>,
  pending: readonly Exclude<T['status'], undefined>[],
  { pollIntervalMs, signal }: PollOptions = {},
): Promise<T> {
  for (;;) {
    const { data, response } = await retrieve().withResponse();
    const { status } = data;
    if (status === undefined || !(pending as readonly string[]).includes(status)) return data;
    const stated = Number(response.headers.get('openai-poll-after-ms') ?? DEFAULT_POLL_INTERVAL_MS);
    await sleep(pollIntervalMs ?? (Number.isFinite(stated) ? stated : DEFAULT_POLL_INTERVAL_MS), signal);
  }
}

async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = () => reject(new APIUserAbortError({ cause: signal?.reason }));
  if (signal?.aborted === true) abort();
  const timer = setTimeout(resolve, ms);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
