/**
 * Measures the overhead of an engine in another host process: the same GGUF file in an engine of this process and
 * attached to a host process, alternating, greedy, one stream. The smaller the model, the larger the relative overhead.
 *
 *   node bench/engine-hop.ts MODEL.gguf [pairs] [tokens] [threads]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngineSharing } from '../packages/server/src/engines/host/engine-sharing.ts';
import { createLlamaCppLanguageModel } from '../packages/server/src/engines/llama-cpp/language-model.ts';
import { comparePairs, startRun } from './pairs.ts';

const [path = '', pairs = '15', tokens = '128', threads = '1'] = process.argv.slice(2);
if (path === '') throw new Error('Give the path of a GGUF model.');
const dataDir = mkdtempSync(join(tmpdir(), 'selfsame-hop-'));
const program = '../packages/server/src/engines/host/testing/host-program.ts';
const host = fork(join(import.meta.dirname, program), [dataDir]);
await once(host, 'message');

const log = { info: () => undefined, warn: console.error, error: console.error };
const sharing = createEngineSharing({ dataDir, version: '1', leads: true, deps: { log } });
const options = { modelId: 'model', path, contextTokens: 2048, parallelRequests: 1, threads: Number(threads), log };
const attached = createLlamaCppLanguageModel({ ...options, openEngine: sharing.open });
const own = createLlamaCppLanguageModel(options);
await Promise.all([attached.ready(), own.ready()]);

const side = (model: typeof own) => async (pair: number) => {
  const count = Number(tokens);
  const run = startRun(count);
  const messages = [{ role: 'user' as const, content: `Count from ${pair + 2} to a thousand.` }];
  const request = { messages, sampling: { temperature: 0, topP: 1 }, maxTokens: count };
  const { signal } = new AbortController();
  for await (const event of model.doGenerate(request, { signal, priority: 'online' }))
    if (event.type === 'token' && run.token()) break;
  return run.result();
};
await comparePairs('attached', Number(pairs), [side(attached), side(own)]);
await Promise.all([attached.close(), own.close()]);
await sharing.close(0);
host.kill();
rmSync(dataDir, { recursive: true, force: true });
process.exit();
