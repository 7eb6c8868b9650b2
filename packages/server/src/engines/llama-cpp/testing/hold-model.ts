/** A server in miniature for tests: loads the model given as argument, prints the engine's process id and stays. */
import { createLlamaCppLanguageModel } from '../language-model.ts';
import { silentLog } from './silent-log.ts';

const model = createLlamaCppLanguageModel({ modelId: 'held', path: process.argv[2] ?? '', threads: 1, log: silentLog });
await model.ready();
process.stdout.write(`${model.pid}\n`);
