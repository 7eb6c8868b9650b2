/** Reports the progress of a streamed answer to clients that asked for it with a progress token. */
import type { ServerContext } from '@modelcontextprotocol/server';

/** Reports text that was generated since the last report. */
export type Progress = (text: string) => void;

/** Minimum time between two notifications. Text in between is collected. */
const INTERVAL_MS = 100;

export function createProgress({ mcpReq }: ServerContext): Progress {
  const token = mcpReq._meta?.progressToken;
  if (token === undefined) return () => {};
  let events = 0;
  let pending = '';
  let last = Number.NEGATIVE_INFINITY;
  return (text) => {
    events += 1;
    pending += text;
    const now = performance.now();
    if (now - last < INTERVAL_MS) return;
    last = now;
    const params = { progressToken: token, progress: events, message: pending };
    pending = '';
    // A client that has left needs no progress; its request is aborted separately.
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
  };
}
