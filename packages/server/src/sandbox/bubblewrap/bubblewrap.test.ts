import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeSandbox } from '../sandbox.conformance.ts';
import { DEFAULT_SANDBOX_LIMITS, SandboxUnavailableError } from '../sandbox.ts';
import { createBubblewrapSandbox } from './bubblewrap.ts';

const canRun = await createBubblewrapSandbox()
  .open(DEFAULT_SANDBOX_LIMITS)
  .then((session) => session.destroy().then(() => true))
  .catch((error: unknown) => {
    if (!(error instanceof SandboxUnavailableError)) throw error;
    console.warn(`NOT TESTED: the sandbox with bubblewrap. ${error.message}`);
    return false;
  });

/** Effective user of a process whose command line has the marker. */
function ownerOf(id: string, marker: string): string[] {
  try {
    if (!/^\d+$/.test(id) || !readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(marker)) return [];
    return [/^Uid:\t\d+\t(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? ''];
  } catch {
    return [];
  }
}

describe.skipIf(!canRun)('with bubblewrap installed', () => {
  describeSandbox('bubblewrap', () => createBubblewrapSandbox());

  it.skipIf(process.getuid?.() !== 0)('runs as an ordinary user of the machine if the server is root', async () => {
    const session = await createBubblewrapSandbox().open({ ...DEFAULT_SANDBOX_LIMITS, cpuSeconds: 622 });
    const owners = readdirSync('/proc').flatMap((id) => ownerOf(id, '"cpuSeconds":622'));
    await session.destroy();
    expect(owners.length).toBeGreaterThan(0);
    expect(new Set(owners)).toEqual(new Set(['65534']));
  });
});

const hasMatplotlib = existsSync('/usr/lib/python3/dist-packages/matplotlib');

describe.skipIf(!canRun || !hasMatplotlib)('with matplotlib installed', () => {
  it('returns each shown figure as PNG, in the order of the logs', async () => {
    const session = await createBubblewrapSandbox().open(DEFAULT_SANDBOX_LIMITS);
    const code = [
      'import matplotlib.pyplot as plt',
      'plt.figure(figsize=(3, 2), dpi=100); plt.plot([1, 2]); plt.show()',
      'print("between")',
      'plt.figure(figsize=(4, 2), dpi=100); None',
    ].join('\n');
    const seen: unknown[] = [];
    for await (const output of session.run(code, new AbortController().signal)) {
      if (output.type === 'logs') seen.push(output.text);
      if (output.type === 'image') seen.push(Buffer.from(output.png).toString('hex', 0, 24));
    }
    await session.destroy();
    const png = (width: string) => `89504e470d0a1a0a0000000d494844520000${width}000000c8`;
    expect(seen.filter((part) => part !== '\n')).toEqual([png('012c'), 'between', png('0190')]);
  });
});

describe('bubblewrap', () => {
  it('names what to install if the program is missing', async () => {
    const opening = createBubblewrapSandbox({ program: '/missing/bwrap' }).open(DEFAULT_SANDBOX_LIMITS);
    await expect(opening).rejects.toThrow(SandboxUnavailableError);
    await expect(opening).rejects.toThrow('Install bubblewrap');
  });
});
