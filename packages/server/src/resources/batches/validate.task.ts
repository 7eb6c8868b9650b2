/** Validates every line of a new batch. The batch fails with all errors, or starts. */
import { BlobMissingError } from '../../storage/blobs/blob-storage.ts';
import type { BatchError, BatchLine, BatchRecord, BatchRepository } from '../../storage/repositories/batches.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import { defineTask } from '../define-task.ts';
import type { Services } from '../services.ts';
import { checkInput } from './check-input.ts';
import finishTask from './finish.task.ts';
import { openInput } from './open-input.ts';
import run from './run.task.ts';

const LINES_AT_ONCE = 500;

const MISSING: BatchError = {
  code: 'input_file_missing',
  message: 'The input file was deleted, or has expired.',
  param: 'input_file_id',
  line: null,
};

interface Checking {
  repositories: ProjectRepositories;
  services: Services;
  signal: AbortSignal;
}

async function check(batch: BatchRecord, { repositories, services, signal }: Checking) {
  const { batches } = repositories;
  // Remove the lines of an interrupted attempt.
  await batches.deleteLines(batch.id);
  const input = await openInput(repositories, services.blobs, batch.inputFileId);
  if (input === undefined) return { total: 0, lineErrors: [MISSING] };
  const lines = gather(batches, batch.id);
  const source = input.read({ start: 0, length: input.bytes });
  try {
    const checked = await checkInput({ endpoint: batch.endpoint, source, take: lines.take, signal });
    if (checked.lineErrors.length === 0) await lines.flush();
    return checked;
  } catch (error) {
    if (error instanceof BlobMissingError) return { total: 0, lineErrors: [MISSING] };
    throw error;
  }
}

function gather(batches: BatchRepository, id: string) {
  let lines: BatchLine[] = [];
  const flush = async () => {
    const group = lines;
    lines = [];
    if (group.length > 0) await batches.addLines(id, group);
  };
  const take = async (line: BatchLine) => {
    lines.push(line);
    if (lines.length === LINES_AT_ONCE) await flush();
  };
  return { take, flush };
}

export default defineTask<{ batchId: string }>({
  name: 'batches.validate',
  async run({ batchId }, { signal, finish, repositories }, services) {
    signal.throwIfAborted();
    const batch = await repositories.batches.retrieve(batchId);
    if (batch?.status !== 'validating') return;
    const { total, lineErrors } = await check(batch, { repositories, services, signal });
    const now = services.clock.now();
    await finish(async ({ batches, jobs }) => {
      if (lineErrors.length > 0) {
        await batches.update(batchId, ['validating'], { status: 'failed', failedAt: now, errors: lineErrors });
        await batches.deleteLines(batchId);
        return;
      }
      const begun = await batches.update(batchId, ['validating'], { status: 'in_progress', inProgressAt: now, total });
      if (begun === undefined) return;
      await batches.update(batchId, ['in_progress'], { jobId: await jobs.enqueue(run.job({ batchId })) });
    });
  },
  async onDead({ batchId }, { batches, jobs }, reason) {
    if ((await batches.update(batchId, ['validating'], { status: 'finalizing' })) === undefined) return;
    await jobs.enqueue(finishTask.job({ batchId, as: 'failed', reason }));
  },
});
