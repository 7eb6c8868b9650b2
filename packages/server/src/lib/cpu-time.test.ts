import { expect, it } from 'vitest';
import { cpuTicks } from './cpu-time.ts';

it.runIf(process.platform === 'linux')('grows while a process computes, and is undefined for no process', async () => {
  const before = (await cpuTicks(process.pid)) ?? 0;
  const until = performance.now() + 200;
  while (performance.now() < until);
  expect(await cpuTicks(process.pid)).toBeGreaterThanOrEqual(before + 5);
  expect(await cpuTicks(2 ** 22 + 1)).toBeUndefined();
});
