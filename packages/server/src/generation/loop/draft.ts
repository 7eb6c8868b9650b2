/** A transition that is being written: the run after it, and the events that it adds to the run's stream. */
import type { Clock } from '../../lib/clock.ts';
import type { IdSource } from '../../lib/ids.ts';
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { RunRecord } from '../../storage/repositories/runs.ts';
import type { LoopOutput } from './output.ts';
import type { CitationFinder } from './server-tools.ts';

/** Tokens of one turn. */
export interface TurnTokens {
  promptTokens: number;
  completionTokens: number;
}

export interface LoopDeps {
  clock: Clock;
  ids: IdSource;
  output: LoopOutput;
  citations: CitationFinder;
}

export interface Draft {
  run: RunRecord;
  events: NewEvent[];
  tx: ProjectRepositories;
  deps: LoopDeps;
  /** Set when the turn has ended. */
  tokens: TurnTokens | undefined;
}
