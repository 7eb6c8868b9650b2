/** What the loop needs of the tools that the server runs itself. `tools/` implements it. */
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { Citation } from './loop-output.ts';

export interface CitationFinder {
  /** Whether a citation of a tool may end in this text. */
  mayEndCitation(text: string): boolean;
  /**
   * @param calls the calls of server tools of the loop so far, in order.
   * @param from position at which the search starts.
   */
  findCitations(text: string, calls: readonly ModelCall[], from?: number): Citation[];
}

/** The server tools of one loop. */
export interface ServerTools extends CitationFinder {
  /** What a new call of a server tool is stored with; undefined for a function of the client. */
  ownOf(name: string): ModelCall['own'];
  /** Returns the calls, those of server tools with their outputs. Calls of the client's functions stay as they are. */
  runCalls(calls: readonly ModelCall[]): Promise<readonly ModelCall[]>;
}
