/** Whether tests can execute code on this machine. */
import { createBubblewrapSandbox } from '../bubblewrap/bubblewrap.ts';
import { DEFAULT_SANDBOX_LIMITS, SandboxUnavailableError } from '../sandbox.ts';

/** Prints the reason if they cannot, so that skipped tests are seen. */
export async function canExecuteCode(): Promise<boolean> {
  try {
    const session = await createBubblewrapSandbox().open(DEFAULT_SANDBOX_LIMITS);
    await session.destroy();
    return true;
  } catch (error) {
    if (!(error instanceof SandboxUnavailableError)) throw error;
    console.warn(`NOT TESTED: the execution of code. ${error.message}`);
    return false;
  }
}
