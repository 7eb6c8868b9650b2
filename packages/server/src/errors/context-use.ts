/** What a request that does not fit would take of the context, in tokens. */
export interface ContextUse {
  promptTokens: number;
  completionTokens: number;
  /** Default `messages`. */
  param?: 'messages' | 'prompt';
  /** The prompt was not counted to its end. */
  isLeast?: boolean;
}
