import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CLIENT, generateClient } from './generate.ts';

it('the generated files of the client are up to date (npm run client:generate)', async () => {
  const folder = join(CLIENT, 'generated');
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const files = await generateClient();
  expect(found.toSorted()).toEqual([...files.keys()].toSorted());
  const outdated = [...files].filter(([path, text]) => readFileSync(join(folder, path), 'utf8') !== text);
  expect(outdated.map(([path]) => path)).toEqual([]);
});
