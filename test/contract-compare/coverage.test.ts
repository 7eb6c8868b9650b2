import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { operations } from '../../packages/contract/src/operations.ts';
import { COVERAGE_PAGE, coverage, currentPage, toPage, toSummary, toTable } from './coverage.ts';

describe('coverage', () => {
  it('equals the committed coverage page', () => {
    expect(readFileSync(COVERAGE_PAGE, 'utf8')).toBe(currentPage());
  });

  it('counts every declared operation as served and every known operation once', () => {
    const all = coverage();
    expect(all.served).toBe(operations.length);
    expect(all.resources.reduce((sum, each) => sum + each.known.length, 0)).toBe(all.known);
  });

  it('lists the served operations in a sentence, a table and one row per operation', () => {
    const served = new Set(['models.list', 'organization.users.list']);
    const all = coverage(served);
    expect(toSummary(all)).toBe(
      `2 of ${all.known} known operations of the OpenAI API are served (\`models\`, \`organization.users\`).`,
    );
    expect(toTable(all)).toContain('| `models` | 1 | 3 |');
    const page = toPage(all, served);
    expect(page).toContain('| `models.list` | GET | `/models` | yes |');
    expect(page).toContain('| `models.retrieve` | GET | `/models/{model}` |  |');
  });
});
