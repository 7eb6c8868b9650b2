/** Why a request to another host was not sent, or its response was not read. */
export type OutboundReason = 'refused' | 'too_large' | 'too_many_redirects' | 'timeout';

export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly reason: OutboundReason;

  /** @param message without headers, user information and query of the URL. */
  constructor(reason: OutboundReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The error among the causes of an error of `fetch`. */
export function findOutboundError(error: unknown): OutboundError | undefined {
  for (let current: unknown = error, depth = 0; current instanceof Error && depth < 8; depth += 1) {
    if (current instanceof OutboundError) return current;
    if (current instanceof AggregateError) return current.errors.map(findOutboundError).find((found) => found);
    current = current.cause;
  }
  return undefined;
}
