/** Tokens of a request that exceeds the context. */
export interface ContextUse {
  promptTokens: number;
  completionTokens: number;
  /** Default `messages`. */
  param?: 'messages' | 'prompt';
  /** The prompt has at least `promptTokens`: counting stopped early. */
  isLeast?: boolean;
}
