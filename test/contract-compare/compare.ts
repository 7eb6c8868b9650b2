/** `npm run contract:compare -- DIR`: exits with 1 while a difference has no reason, or a reason no difference. */
import { buildDeclaredDocument } from '../../packages/contract/src/openapi.ts';
import { operations } from '../../packages/contract/src/operations.ts';
import { compareOperations, type Outcome } from './compare-operations.ts';
import { readDescription, VERSIONS } from './description.ts';
import { loadReasons, type Reason } from './reason.ts';

export interface Verdict {
  unexplained: string[];
  unused: Reason[];
}

export function judge(differences: readonly string[], list: readonly Reason[]): Verdict {
  const used = new Set<Reason>();
  const unexplained = differences.filter((difference) => {
    const fitting = list.filter(({ pattern }) => pattern.test(difference));
    for (const each of fitting) used.add(each);
    return fitting.length === 0;
  });
  return { unexplained, unused: list.filter((each) => !used.has(each)) };
}

/** One line a finding, the last line a summary. */
export function toReport(outcome: Outcome, { unexplained, unused }: Verdict): string {
  const explained = outcome.differences.length - unexplained.length;
  return [
    ...unexplained.map((difference) => `difference  ${difference}`),
    ...unused.map(({ pattern }) => `unused reason  ${pattern.source}`),
    `${outcome.operations} operations, ${outcome.schemas} schemas, ${outcome.properties} properties compared: ` +
      `${unexplained.length} differences without a reason, ${explained} with one, ${unused.length} unused reasons`,
  ].join('\n');
}

if (import.meta.main) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error('usage: npm run contract:compare -- DIR');
  const document = buildDeclaredDocument({ version: '0', serverUrl: '/v1' });
  const descriptions = VERSIONS.map((version) => readDescription(folder, version));
  const outcome = compareOperations(operations, document, descriptions);
  const verdict = judge(outcome.differences, await loadReasons());
  console.log(toReport(outcome, verdict));
  process.exitCode = verdict.unexplained.length + verdict.unused.length > 0 ? 1 : 0;
}
