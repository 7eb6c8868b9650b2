/** One event of a streamed answer as upstreams send it: chat and legacy completions, with what each of them leaves out or makes null. */

export interface Chunk {
  choices?: readonly ChunkChoice[];
  usage?: ChunkUsage | null;
  /** In place of all else: the answer has failed. */
  error?: unknown;
}

export interface ChunkChoice {
  /** Of chat. */
  delta?: {
    content?: string | null;
    refusal?: string | null;
    reasoning_content?: string | null;
    reasoning?: string | null;
    tool_calls?: readonly ChunkToolCall[] | null;
  };
  /** Of legacy completions. */
  text?: string | null;
  finish_reason?: string | null;
  logprobs?: ChunkLogprobs | LegacyLogprobs | null;
}

export interface ChunkToolCall {
  index?: number | null;
  id?: string | null;
  function?: { name?: string | null; arguments?: string | null };
}

export interface ChunkUsage {
  prompt_tokens?: number;
  completion_tokens?: number | null;
  prompt_tokens_details?: { cached_tokens?: number | null } | null;
}

export interface ChunkLogprobs {
  content?: readonly ChunkLogprob[] | null;
}

export interface ChunkLogprob {
  token: string;
  bytes?: readonly number[] | null;
  logprob: number;
  top_logprobs?: readonly Omit<ChunkLogprob, 'top_logprobs'>[] | null;
}

export interface LegacyLogprobs {
  tokens?: readonly string[];
  token_logprobs?: readonly (number | null)[];
  top_logprobs?: readonly (Readonly<Record<string, number>> | null)[] | null;
}

/** Undefined where the text is no JSON object. */
export function parseChunk(data: string): Chunk | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
