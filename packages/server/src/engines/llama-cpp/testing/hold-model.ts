/** A server in miniature for tests: loads the model given as argument, prints the engine's process id and stays. */

import { silentLog } from '../../child-process/testing/silent-log.ts';
import { createLlamaCppLanguageModel } from '../language-model.ts';

const model = createLlamaCppLanguageModel({ modelId: 'held', path: process.argv[2] ?? '', threads: 1, log: silentLog });
await model.ready();
process.stdout.write(`${model.pid}\n`);
