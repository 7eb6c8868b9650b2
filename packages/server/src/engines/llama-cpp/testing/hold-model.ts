/** A minimal server for tests: loads the model at the given path and prints the process id of the engine. */
import { silentLog } from '../../child-process/testing/silent-log.ts';
import { createLlamaCppLanguageModel } from '../language-model.ts';

const model = createLlamaCppLanguageModel({ modelId: 'held', path: process.argv[2] ?? '', threads: 1, log: silentLog });
await model.ready();
process.stdout.write(`${model.pid}\n`);
