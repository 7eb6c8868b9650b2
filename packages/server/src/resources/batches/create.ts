import { batches } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import { implement } from '../handler.ts';
import { findEndpoint } from './endpoints.ts';
import { findBatch } from './find-batch.ts';
import { toBatch } from './to-batch.ts';
import validate from './validate.task.ts';

/** The only completion window: `24h`. */
const WINDOW_MS = 24 * 3_600_000;

async function refuseOtherFiles({ files }: ProjectRepositories, id: string): Promise<void> {
  const file = await files.retrieve(id);
  if (file === undefined) throw errors.invalidValue('input_file_id', `No such File object: '${id}'.`);
  if (file.purpose !== 'batch') {
    throw errors.invalidValue('input_file_id', `The file '${id}' has the purpose '${file.purpose}', not 'batch'.`);
  }
}

export default implement(
  batches.create,
  ({ repositories, operations, clock, ids }) =>
    async ({ body }, { principal }) => {
      const scope = repositories.forProject(principal.projectId);
      if (findEndpoint(operations, body.endpoint) === undefined) {
        throw errors.unsupportedValue('endpoint', `This server does not serve '${body.endpoint}' in batches.`);
      }
      await refuseOtherFiles(scope, body.input_file_id);
      const createdAt = clock.now();
      const id = ids('batch_');
      return scope.transaction(async (tx) => {
        await tx.batches.create({
          id,
          apiKeyId: principal.apiKeyId,
          endpoint: body.endpoint,
          inputFileId: body.input_file_id,
          completionWindow: body.completion_window,
          outputLifetimeSeconds: body.output_expires_after?.seconds ?? null,
          metadata: body.metadata ?? null,
          createdAt,
          expiresAt: createdAt + WINDOW_MS,
        });
        const jobId = await tx.jobs.enqueue(validate.job({ batchId: id }));
        await tx.batches.update(id, ['validating'], { jobId });
        return toBatch(await findBatch(tx, id));
      });
    },
);
