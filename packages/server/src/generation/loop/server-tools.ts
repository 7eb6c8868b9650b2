/** What the loop needs of the tools that the server runs itself. `tools/` implements it. */
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { RunCall, RunRecord } from '../../storage/repositories/runs.ts';
import type { Citation } from './output.ts';

export interface CitationFinder {
  /** Whether a citation of a tool may end in this text. */
  mayEndCitation(text: string): boolean;
  /**
   * @param calls the calls of server tools of the run so far, in order.
   * @param from position at which the search starts.
   */
  findCitations(text: string, calls: readonly RunCall[], from?: number): Citation[];
}

/** The server tools of one run. */
export interface ServerTools extends CitationFinder {
  has(name: string): boolean;
  /** Returns the calls, those of server tools with their outputs. Calls of the client's functions stay as they are. */
  runCalls(calls: readonly RunCall[]): Promise<readonly RunCall[]>;
}

const MAX_STEPS = 100;

/** The calls of server tools in the steps of the run, in order. */
export async function listServerCalls(
  { runSteps }: Pick<ProjectRepositories, 'runSteps'>,
  { id }: Pick<RunRecord, 'id'>,
): Promise<RunCall[]> {
  const { records } = await runSteps.list(id, { limit: MAX_STEPS, order: 'asc' });
  return records.flatMap(({ calls }) => calls).filter(({ own }) => own !== undefined);
}
