import { expect, it } from 'vitest';
import { canExecuteCode } from '../testing/can-execute-code.ts';
import { attemptAsOrdinaryUser } from '../testing/ordinary-user.ts';

const canRun = await canExecuteCode();

// The suite of the adapter runs as the user of the tests; as root, this test adds an ordinary user.
it.skipIf(!canRun || process.getuid?.() !== 0)(
  'refuses all escapes also if an ordinary user runs the server',
  async () => {
    const { user, attempts, failures } = await attemptAsOrdinaryUser();
    expect({ user, failures }).toEqual({ user: 61_234, failures: [] });
    expect(attempts).toBeGreaterThan(100);
  },
  120_000,
);
