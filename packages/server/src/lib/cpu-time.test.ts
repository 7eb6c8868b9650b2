import { expect, it } from 'vitest';
import { cpuTicks } from './cpu-time.ts';

it.runIf(process.platform === 'linux')(
  'the CPU time of a process grows while it computes, and is undefined without a process',
  async () => {
    const before = (await cpuTicks(process.pid)) ?? 0;
    const until = performance.now() + 200;
    while (performance.now() < until);
    expect(await cpuTicks(process.pid)).toBeGreaterThanOrEqual(before + 5);
    expect(await cpuTicks(2 ** 22 + 1)).toBeUndefined();
  },
);
