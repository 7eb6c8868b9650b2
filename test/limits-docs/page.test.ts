import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renewPage } from './page.ts';

describe('docs/concepts/limits.md', () => {
  it('states the limits of the code (`node test/limits-docs/write.ts` updates it)', () => {
    const page = readFileSync(new URL('../../docs/concepts/limits.md', import.meta.url), 'utf8');
    expect(renewPage(page)).toBe(page);
  });
});
