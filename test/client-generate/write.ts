/** Writes the generated part of the client: `npm run client:generate`. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CLIENT, generateClient } from './generate.ts';

const files = await generateClient();
const target = join(CLIENT, 'generated');
rmSync(target, { recursive: true, force: true });
for (const [path, text] of files) {
  mkdirSync(dirname(join(target, path)), { recursive: true });
  writeFileSync(join(target, path), text);
}
