/**
 * Shared functions of the decoding benches: two sides run in pairs and alternate in going first, so that changes of the
 * machine's load affect both. The figures are ratios of decoding speed and differences of the time to the first token.
 */

export interface Run {
  firstTokenMs: number;
  tokensPerSecond: number;
}

/** Times one run of at most `count` tokens. The run calls `token()` for each; it returns whether that was the last. */
export function startRun(count: number) {
  const started = performance.now();
  let first = 0;
  let seen = 0;
  return {
    token(): boolean {
      seen += 1;
      if (seen === 1) first = performance.now();
      return seen >= count;
    },
    result: (): Run => ({
      firstTokenMs: first - started,
      tokensPerSecond: ((seen - 1) * 1000) / (performance.now() - first),
    }),
  };
}

/** A unique prompt per pair, so that no cache helps beyond the common prefix. */
export function question(pair: number): string {
  return `${pair + 1}. Tell a long story about a lighthouse keeper, her dog and ${pair + 3} gulls.`;
}

/** The median of an odd number of values. */
export const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

type Side = (pair: number) => Promise<Run>;

/** Runs the pairs after a warm-up pair, and prints each pair, the medians, and the best of both sides. */
export async function comparePairs(name: string, pairs: number, [ours, bare]: readonly [Side, Side]): Promise<void> {
  const runs: { ours: Run; bare: Run }[] = [];
  await ours(-1);
  await bare(-1);
  for (let pair = 0; pair < pairs; pair += 1) {
    const oursFirst = pair % 2 === 0;
    const one = oursFirst ? await ours(pair) : await bare(pair);
    const two = oursFirst ? await bare(pair) : await ours(pair);
    const both = oursFirst ? { ours: one, bare: two } : { ours: two, bare: one };
    runs.push(both);
    const format = ({ tokensPerSecond, firstTokenMs }: Run) =>
      `${tokensPerSecond.toFixed(1)} tok/s, first ${firstTokenMs.toFixed(1)} ms`;
    console.log(`pair ${pair}: ${name} ${format(both.ours)}; bare ${format(both.bare)}`);
  }
  // A short answer is no measure of speed.
  const timed = runs.filter((run) => Number.isFinite(run.ours.tokensPerSecond + run.bare.tokensPerSecond));
  const report = (what: string, ratio: number, addedMs: number) =>
    console.log(`${what}: speed ratio ${ratio.toFixed(3)}, first token ${addedMs.toFixed(1)} ms later`);
  report(
    `median of ${timed.length} pairs`,
    median(timed.map((run) => run.ours.tokensPerSecond / run.bare.tokensPerSecond)),
    median(runs.map((run) => run.ours.firstTokenMs - run.bare.firstTokenMs)),
  );
  const fastest = (side: 'ours' | 'bare') => Math.max(...timed.map((run) => run[side].tokensPerSecond));
  const soonest = (side: 'ours' | 'bare') => Math.min(...runs.map((run) => run[side].firstTokenMs));
  report('best runs', fastest('ours') / fastest('bare'), soonest('ours') - soonest('bare'));
}
