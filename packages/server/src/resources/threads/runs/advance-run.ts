/** Advances the loop of a run with the output of the Assistants API. */
import { type Advance, type Advanced, advance } from '../../../generation/loop/advance.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { Services } from '../../services.ts';
import { RUN_OUTPUT } from './run-output.ts';

export type AdvanceServices = Pick<Services, 'clock' | 'ids' | 'tools'>;

/** As `advance`. */
export function advanceRun(
  tx: ProjectRepositories,
  { clock, ids, tools }: AdvanceServices,
  change: Advance,
): Promise<Advanced | undefined> {
  return advance(tx, { clock, ids, output: RUN_OUTPUT, citations: tools }, change);
}
