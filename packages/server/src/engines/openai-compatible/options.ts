/** Options of an upstream: a remote server with the OpenAI API, on one address or on several equivalent ones. */

export const UPSTREAM_TYPES = ['vllm', 'sglang', 'llama-server', 'ollama', 'openai', 'other'] as const;

export type UpstreamType = (typeof UPSTREAM_TYPES)[number];

export interface UpstreamLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface UpstreamOptions {
  /** Used in errors and in the log. */
  name: string;
  /** API roots such as `http://gpu1:8000/v1`, one per replica. */
  urls: readonly string[];
  apiKey?: string;
  type: UpstreamType;
  /** Features beyond those of its type (`logit_bias`), or missing ones (`-logit_bias`). */
  features?: readonly string[];
  connectTimeoutMs: number;
  /** From the request to the first event of the answer. */
  headersTimeoutMs: number;
  /** Maximum silence within an answer. */
  idleTimeoutMs: number;
  /** Between two health checks of a replica. */
  healthIntervalMs: number;
  log: UpstreamLog;
}
