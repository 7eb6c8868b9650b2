import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { watchHeartbeat } from './heartbeat.ts';

const SILENCE_MS = 500;

function watch() {
  const pipe = new PassThrough();
  const reports: (boolean | 'silent')[] = [];
  const stop = watchHeartbeat(pipe, {
    silenceMs: SILENCE_MS,
    onLate: (isLate) => reports.push(isLate),
    onSilent: () => reports.push('silent'),
  });
  return { pipe, reports, stop };
}

describe('the watch over a process', () => {
  it('reports a silent process as late, then as silent, once each', async () => {
    const { pipe, reports } = watch();
    pipe.write('.');
    await expect.poll(() => reports, { timeout: 5000 }).toEqual([true, 'silent']);
    await sleep(SILENCE_MS);
    expect(reports).toEqual([true, 'silent']);
  });

  it('reports that a late process is alive when it sends the next beat', async () => {
    const { pipe, reports, stop } = watch();
    pipe.write('.');
    await expect.poll(() => reports, { timeout: 5000 }).toEqual([true]);
    pipe.write('.');
    await expect.poll(() => reports, { timeout: 5000 }).toEqual([true, false]);
    stop();
  });

  it('does not report a process as silent when the event loop of the server was blocked', async () => {
    const { pipe, reports, stop } = watch();
    pipe.write('.');
    await sleep(10);
    const beats = setInterval(() => pipe.write('.'), 20);
    const until = performance.now() + 3 * SILENCE_MS;
    while (performance.now() < until);
    await sleep(SILENCE_MS / 2);
    clearInterval(beats);
    stop();
    expect(reports).toEqual([]);
  });
});
