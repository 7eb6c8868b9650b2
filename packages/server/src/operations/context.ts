/** The invocation, as an operation sees it. */
import type { Priority } from '../engines/language-model.ts';
import type { ProjectRepositories } from '../storage/repositories/repositories.ts';
import type { Principal } from '../tenancy/principal.ts';

export interface TokenUsage {
  /** Id of the model that generated the answer. */
  modelId: string;
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
}

export interface Context {
  /** `req_…`, also sent as `x-request-id`. */
  requestId: string;
  principal: Principal;
  /** Aborts when the client disconnects or the server stops. */
  signal: AbortSignal;
  priority: Priority;
  /** Reports what this invocation has consumed so far; the last report counts. */
  meter(usage: TokenUsage): void;
  /**
   * Writes the usage event of this invocation, with the usage reported so far, in the transaction of its record: both
   * are stored or neither. Without this call, the event is written in a group soon after the response, and a crash may
   * lose it.
   */
  meterWith(tx: Pick<ProjectRepositories, 'usageEvents'>): Promise<void>;
  /**
   * Names a parameter that was accepted and has no effect, e.g. `verbosity` or
   * `tools[0].function.parameters.uniqueItems`. HTTP lists it in the header `x-selfsame-ignored`. A stream must name it
   * before its first event, because the headers are sent with that event.
   */
  ignore(param: string): void;
}
