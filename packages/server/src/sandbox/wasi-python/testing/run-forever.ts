/**
 * A server that is killed in the middle of a call: opens a session and executes an endless loop in it.
 *
 *   node run-forever.ts FOLDER BUBBLEWRAP CPU_SECONDS
 */
import { DEFAULT_SANDBOX_LIMITS } from '../../sandbox.ts';
import { createWasiPythonSandbox } from '../wasi-python.ts';

const [folder = '', bubblewrap = '', cpuSeconds = ''] = process.argv.slice(2);
const sandbox = createWasiPythonSandbox({ folder, bubblewrap, spares: 1 });
const session = await sandbox.open({ ...DEFAULT_SANDBOX_LIMITS, cpuSeconds: Number(cpuSeconds) });
const code = 'print("started")\nwhile True: pass';
for await (const output of session.run(code, new AbortController().signal)) {
  if (output.type === 'logs') process.stdout.write('started\n');
}
