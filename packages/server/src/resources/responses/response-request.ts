/** The request of a response as it is stored. */
import type { RequestedFormat } from '../../generation/request/format.ts';

/** The parameters of a request that the settings of a turn follow from. Null means absent. */
export interface ResponseRequest {
  temperature?: number | null;
  top_p?: number | null;
  text?: { format?: RequestedFormat | null; verbosity?: string | null } | null;
  reasoning?: { effort?: string | null } | null;
  tools?: readonly RequestTool[] | null;
  tool_choice?: string | RequestChoice | null;
  parallel_tool_calls?: boolean | null;
  max_tool_calls?: number | null;
  instructions?: string | null;
  /** Set by the server if the input ends with a trigger: the response is a compaction. */
  compaction_trigger?: boolean;
  context_management?: readonly ContextManagement[] | null;
  include?: readonly string[] | null;
  top_logprobs?: number | null;
}

/** The context is compacted above the threshold, in tokens. */
export interface ContextManagement {
  type: string;
  compact_threshold?: number | null;
}

export interface RequestTool extends Readonly<Record<string, unknown>> {
  type: string;
}

export type RequestChoice = Readonly<Record<string, unknown>> & { type: string };
