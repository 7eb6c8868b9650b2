/** Prints the latencies of mixed traffic. */
import { quantile } from './served.ts';
import type { KindReport } from './traffic.ts';

const SHOWN_ERRORS = 3;

/** Returns the number of errors. */
export function reportTraffic(reports: ReadonlyMap<string, KindReport>): number {
  let failed = 0;
  for (const [kind, { times, errors }] of reports) {
    const at = (share: number) => quantile(times, share).toFixed(0);
    failed += errors.length;
    console.log(
      `${kind}: ${times.length} answered, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms; ${errors.length} failed`,
    );
    for (const error of errors.slice(0, SHOWN_ERRORS)) console.log(`  ${error}`);
  }
  return failed;
}
