import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { settings } from './settings.ts';

it('docs/configuration.md has exactly one row per setting, with its variable', () => {
  // `node test/config-docs/write.ts` rewrites it.
  const page = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` +\| `([A-Z_]+)` +\|/gm)].map(([, name, env]) => `${name} ${env}`);
  expect(rows.sort()).toEqual(
    Object.entries(settings)
      .map(([name, { env }]) => `${name} ${env}`)
      .sort(),
  );
});
