/**
 * Creates the files of a batch whose requests have ended, sets its final status and deletes its lines, in one
 * transaction.
 */
import type { BatchRecord, FinishedLine, LineOutcome } from '../../storage/repositories/batches.ts';
import type { BlobRecord, FileRecord } from '../../storage/repositories/files.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import { defineTask } from '../define-task.ts';
import { toNewFile } from '../files/create-file.ts';
import type { Services } from '../services.ts';
import { toFileLine } from './to-result.ts';

export interface FinishPayload {
  batchId: string;
  /** The final status. */
  as: 'completed' | 'expired' | 'cancelled' | 'failed';
  /** The cause of the failure. */
  reason?: string;
  /** Default `server_error`. */
  code?: string;
}

/** Enough attempts to survive hours without a database or disk space: answers must not be lost. */
const MAX_ATTEMPTS = 100;
const LINES_AT_ONCE = 100;

const UNANSWERED: Readonly<Record<FinishPayload['as'], Exclude<LineOutcome, 'completed' | 'failed'>>> = {
  completed: 'input_file_missing',
  expired: 'batch_expired',
  cancelled: 'batch_cancelled',
  failed: 'batch_failed',
};

type OutputKind = 'output' | 'error';

interface Work {
  batch: BatchRecord;
  repositories: ProjectRepositories;
  services: Services;
  signal: AbortSignal;
}

async function* readLines({ batch, repositories }: Work, kind: OutputKind): AsyncGenerator<FinishedLine> {
  for (let after = 0; ; ) {
    const lines = await repositories.batches.listFinished(batch.id, kind, { after, limit: LINES_AT_ONCE });
    yield* lines;
    const last = lines.at(-1);
    if (last === undefined) return;
    after = last.number;
  }
}

interface WrittenFile {
  record: Omit<FileRecord, 'projectId'>;
  blob: BlobRecord;
}

/** Undefined if the file would have no line. */
async function writeFile(work: Work, kind: OutputKind): Promise<WrittenFile | undefined> {
  const { batch, repositories, services, signal } = work;
  const [some] = await repositories.batches.listFinished(batch.id, kind, { after: 0, limit: 1 });
  if (some === undefined) return undefined;
  const newId = () => services.ids('batch_req_');
  async function* bytes() {
    for await (const line of readLines(work, kind)) yield Buffer.from(`${toFileLine(line, newId)}\n`);
  }
  const blob = await services.blobs.write(services.ids('blob_'), bytes(), signal);
  const record = toNewFile(services, {
    filename: `${batch.id}_${kind}.jsonl`,
    purpose: 'batch_output',
    contentType: 'application/jsonl',
    bytes: blob.bytes,
    lifetimeSeconds: batch.outputLifetimeSeconds ?? undefined,
  });
  return { record, blob };
}

async function settle({ batch, repositories: { batches } }: Work, as: FinishPayload['as']): Promise<void> {
  // The batch never started: its lines are what validation had read so far.
  if (batch.inProgressAt === null) await batches.deleteLines(batch.id);
  else await batches.settle(batch.id, UNANSWERED[as]);
}

const errorsOf = (reason: string | undefined, code = 'server_error') =>
  reason === undefined ? {} : { errors: [{ code, message: reason, param: null, line: null }] };

export default defineTask<FinishPayload>({
  name: 'batches.finish',
  maxAttempts: MAX_ATTEMPTS,
  async run({ batchId, as, reason, code }, { signal, finish, repositories }, services) {
    const batch = await repositories.batches.retrieve(batchId);
    if (batch === undefined) return;
    const work = { batch, repositories, services, signal };
    await settle(work, as);
    const output = await writeFile(work, 'output');
    const error = await writeFile(work, 'error');
    await finish(async ({ batches, files }) => {
      for (const file of [output, error]) if (file !== undefined) await files.create(file.record, [file.blob]);
      await batches.update(batchId, ['finalizing', 'cancelling'], {
        status: as,
        [`${as}At`]: services.clock.now(),
        jobId: null,
        outputFileId: output?.record.id ?? null,
        errorFileId: error?.record.id ?? null,
        ...errorsOf(reason, code),
      });
      await batches.deleteLines(batchId);
    });
  },
  async onDead({ batchId }, { batches }, reason) {
    await batches.update(batchId, ['finalizing', 'cancelling'], { status: 'failed', ...errorsOf(reason) });
    await batches.deleteLines(batchId);
  },
});
