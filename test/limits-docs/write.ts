/** Updates the tables of docs/concepts/limits.md: `node test/limits-docs/write.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { renewPage } from './page.ts';

const PAGE = new URL('../../docs/concepts/limits.md', import.meta.url);
writeFileSync(PAGE, renewPage(readFileSync(PAGE, 'utf8')));
