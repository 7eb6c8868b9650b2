/** What the loop needs of the tools that the server runs itself. `tools/` implements it. */
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { Citation, CitedSource } from './loop-output.ts';

export interface CitationFinder {
  /** Whether a citation of a tool may end in the last piece of the text. */
  mayEndCitation(piece: string, text: string): boolean;
  /**
   * @param calls the calls of server tools of the loop so far, in order.
   * @param search `from`: position at which the search starts. `isWhole`: no more text follows. Default: the whole text.
   */
  findCitations(text: string, calls: readonly ModelCall[], search?: { from: number; isWhole: boolean }): Citation[];
}

/** The server tools of one loop. */
export interface ServerTools extends CitationFinder {
  /** What a new call of a server tool is stored with; undefined for a function of the client. */
  ownOf(name: string): ModelCall['own'];
  /** What calls showed to the user: the next message contains it. */
  listShown(calls: readonly ModelCall[]): CitedSource[];
  /** Whether the call has effects, so that it must not be run again if the server is stopped while it runs. */
  hasEffects(call: ModelCall): boolean;
  /** A call that was running when the server was stopped, with its output. A call without effects stays as it is. */
  interrupt(call: ModelCall): ModelCall;
  /** Returns the calls, those of server tools with their outputs. Calls of the client's functions stay as they are. */
  runCalls(calls: readonly ModelCall[]): Promise<readonly ModelCall[]>;
}
