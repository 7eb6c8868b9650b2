/** An upstream with default settings for tests; it records its log. */
import type { UpstreamOptions } from '../options.ts';
import { createUpstream, type Upstream } from '../upstream.ts';

export function upstreamOf(
  urls: readonly string[],
  more: Partial<UpstreamOptions> = {},
): Upstream & { logged: string[] } {
  const logged: string[] = [];
  const log = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const upstream = createUpstream({
    name: 'far',
    urls,
    type: 'other',
    connectTimeoutMs: 1000,
    headersTimeoutMs: 5000,
    idleTimeoutMs: 5000,
    healthIntervalMs: 1000,
    log: { info: log, warn: log },
    ...more,
  });
  return { ...upstream, logged };
}
