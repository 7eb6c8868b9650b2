/** Integers between two bounds as GBNF: the decimal digits of the border, place by place. Bounds are safe integers; either may be open. */

const MOST_DIGITS = 16;

/** GBNF alternatives for every integer `n` with `min <= n <= max`, written without leading zeros. */
export function integerRange(min: number | undefined, max: number | undefined): string {
  const alternatives: string[] = [];
  const low = min ?? Number.NEGATIVE_INFINITY;
  const high = max ?? Number.POSITIVE_INFINITY;
  if (low < 0) {
    // -n for n from 1 (or |high|) to |low|.
    const from = high < 0 ? -high : 1;
    alternatives.push(
      ...naturals(from, low === Number.NEGATIVE_INFINITY ? undefined : -low).map((body) => `"-" ${body}`),
    );
  }
  if (high >= 0) alternatives.push(...naturals(Math.max(low, 0), high === Number.POSITIVE_INFINITY ? undefined : high));
  return alternatives.map((body) => `(${body})`).join(' | ');
}

/** Alternatives for naturals from `from` to `to`, one or more per number of digits. */
function naturals(from: number, to: number | undefined): string[] {
  const found: string[] = [];
  const most = to === undefined ? MOST_DIGITS : String(to).length;
  for (let digits = String(from).length; digits <= most; digits += 1) {
    const smallest = digits === 1 ? 0 : 10 ** (digits - 1);
    const low = String(Math.max(from, smallest));
    const high = to === undefined ? '9'.repeat(digits) : String(Math.min(to, 10 ** digits - 1));
    if (Number(low) <= Number(high)) found.push(...sameLength(low, high));
  }
  return found;
}

/** Alternatives for numbers of one length between `low` and `high`. */
function sameLength(low: string, high: string): string[] {
  if (low === high) return [`"${low}"`];
  const rest = low.length - 1;
  const first = Number(low[0]);
  const last = Number(high[0]);
  if (rest === 0) return [`[${first}-${last}]`];
  if (first === last) return sameLength(low.slice(1), high.slice(1)).map((body) => `"${first}" ${body}`);
  const lowFull = /^0*$/.test(low.slice(1));
  const highFull = /^9*$/.test(high.slice(1));
  const from = lowFull ? first : first + 1;
  const to = highFull ? last : last - 1;
  return [
    ...(lowFull ? [] : sameLength(low.slice(1), '9'.repeat(rest)).map((body) => `"${first}" ${body}`)),
    ...(from <= to ? [`[${from}-${to}] [0-9]{${rest}}`] : []),
    ...(highFull ? [] : sameLength('0'.repeat(rest), high.slice(1)).map((body) => `"${last}" ${body}`)),
  ];
}
