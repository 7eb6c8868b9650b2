/** Writes the generated files of the contract: `npm run contract:index`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONTRACT, readContract, toIndex, toOperationModules } from './contract-index.ts';

const files = readContract();
writeFileSync(join(CONTRACT, 'index.ts'), toIndex(files));
writeFileSync(join(CONTRACT, 'operation-modules.ts'), toOperationModules(files));
