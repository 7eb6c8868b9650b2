/** Advances the loop of a run. */
import { type Advance, advance } from '../../../generation/loop/advance.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { RunRecord } from '../../../storage/repositories/runs.ts';
import type { Services } from '../../services.ts';
import { createRunOutput } from './run-output.ts';
import { createRunTransaction, type RunRef } from './run-store.ts';

export type AdvanceServices = Pick<Services, 'clock' | 'ids' | 'models' | 'tools'>;

export interface AdvancedRun {
  run: RunRecord;
  /** Number of the first event that the transition added to the stream. */
  firstSeq: number;
}

/** As `advance`. */
export async function advanceRun(
  tx: ProjectRepositories,
  services: AdvanceServices,
  { threadId, runId, ...change }: Advance & RunRef,
): Promise<AdvancedRun | undefined> {
  const { clock, tools } = services;
  const transaction = createRunTransaction(tx, services, { threadId, runId });
  const advanced = await advance(transaction, { clock, output: createRunOutput(), citations: tools }, change);
  return advanced && { run: transaction.run(), firstSeq: advanced.firstSeq };
}
