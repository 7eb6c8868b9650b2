/** A server with a session whose call does not end: prints `running` in the middle of it. Its argument is the limits. */
import { createBubblewrapSandbox } from '../bubblewrap/bubblewrap.ts';
import type { SandboxLimits } from '../sandbox.ts';

const limits = JSON.parse(process.argv[2] ?? '') as SandboxLimits;
const session = await createBubblewrapSandbox().open(limits);
const code = 'open("state", "w").write("x")\nprint("running")\nwhile True: pass';
try {
  for await (const output of session.run(code, new AbortController().signal)) {
    if (output.type === 'logs' && output.text !== '\n') console.log(output.text);
  }
} catch (error) {
  console.log(error instanceof Error ? error.name : error);
}
