import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { operations } from '../../packages/contract/src/operations.ts';
import { findServed } from '../../packages/server/src/start/implementations.ts';
import { COVERAGE_PAGE, coverage, currentPage, README, renewReadme, toPage, toSummary, toTable } from './coverage.ts';

describe('coverage', () => {
  it('equals the committed coverage page', () => {
    expect(readFileSync(COVERAGE_PAGE, 'utf8')).toBe(currentPage());
  });

  it('equals the summary in the README', () => {
    const text = readFileSync(README, 'utf8');
    expect(text).toContain(toSummary(coverage()));
    expect(renewReadme(text)).toBe(text);
  });

  it('counts every declared and every served operation, and every known operation once', () => {
    const all = coverage();
    expect(all.declared).toBe(operations.length);
    expect(all.served).toBe(findServed(operations).length);
    expect(all.resources.reduce((sum, each) => sum + each.known.length, 0)).toBe(all.known);
  });

  it('lists the served operations in a sentence, a table and one row per operation', () => {
    const served = new Set(['models.list', 'organization.users.list']);
    const progress = { served, declared: new Set([...served, 'models.delete']) };
    const all = coverage(progress);
    expect(toSummary(all)).toBe(
      `2 of ${all.known} known operations of the OpenAI API are served (\`models\`, \`organization.users\`).`,
    );
    expect(toTable(all)).toContain('| `models` | 1 | 2 | 3 |');
    const page = toPage(all, progress);
    expect(page).toContain('3 operations are declared');
    expect(page).toContain('| `models.list` | GET | `/models` | yes | yes |');
    expect(page).toContain('| `models.delete` | DELETE | `/models/{model}` | yes |  |');
    expect(page).toContain('| `models.retrieve` | GET | `/models/{model}` |  |  |');
  });
});
