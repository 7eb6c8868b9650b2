import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock, type ManualClock } from '../../lib/clock.ts';
import type { Sandbox, SandboxSession } from '../../sandbox/sandbox.ts';
import { type Interpreter, Interpreters } from './interpreters.ts';

const MINUTE_MS = 60_000;

let clock: ManualClock;
/** Memory of the sessions in the order of their start. */
let opened: number[];
let ended: number;
let interpreters: Interpreters;

/** Opens sessions that do nothing. */
function createSandbox(): Sandbox {
  return {
    name: 'test',
    async open({ memoryBytes }) {
      opened.push(memoryBytes);
      let isOpen = true;
      const session: Partial<SandboxSession> = {
        get isOpen() {
          return isOpen;
        },
        async destroy() {
          if (isOpen) ended += 1;
          isOpen = false;
        },
      };
      return session as SandboxSession;
    },
  };
}

beforeEach(() => {
  clock = createManualClock(0);
  opened = [];
  ended = 0;
  interpreters = new Interpreters({ findSandbox: async () => createSandbox(), clock, maxSessions: 2 });
});

afterEach(() => interpreters.close());

const containerOf = (id: string) => ({ id, memoryLimit: '1g', idleMinutes: 20 });
const use = (id: string, work = async (_interpreter: Interpreter) => undefined) =>
  interpreters.use(containerOf(id), async (interpreter, isNew) => {
    await work(interpreter);
    return isNew;
  });

/** Uses a container until `leave` is called. */
function occupy(id: string) {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const started = Promise.withResolvers<undefined>();
  const done = use(id, () => {
    started.resolve(undefined);
    return promise;
  });
  return { started: started.promise, done, leave: () => resolve(undefined) };
}

describe('interpreters', () => {
  it('start with the first code of a container, with its memory limit, and are used again', async () => {
    expect(await use('a')).toBe(true);
    expect(await use('a')).toBe(false);
    expect(await use('b')).toBe(true);
    expect(opened).toEqual([2 ** 30, 2 ** 30]);
  });

  it('execute one code at a time, in the order of the callers', async () => {
    const order: string[] = [];
    const enter = (name: string) => async () => {
      order.push(`start ${name}`);
      await sleep(5);
      order.push(`end ${name}`);
      return undefined;
    };
    const isNew = await Promise.all([use('a', enter('1')), use('a', enter('2')), use('a', enter('3'))]);
    expect(order).toEqual(['start 1', 'end 1', 'start 2', 'end 2', 'start 3', 'end 3']);
    expect(isNew).toEqual([true, false, false]);
    expect(opened).toHaveLength(1);
  });

  it('let the next caller in after code that failed', async () => {
    const failing = use('a', () => Promise.reject(new Error('broken')));
    await expect(failing).rejects.toThrow('broken');
    expect(await use('a')).toBe(false);
  });

  it('above the maximum, the one that is idle longest makes room', async () => {
    for (const id of ['a', 'b', 'a', 'c']) {
      await use(id);
      clock.advance(1);
    }
    expect(ended).toBe(1);
    expect(await use('a')).toBe(false);
    expect(await use('b')).toBe(true);
  });

  it('code waits while all are in use, and starts when one is free', async () => {
    const [a, b] = [occupy('a'), occupy('b')];
    await Promise.all([a.started, b.started]);
    const [c, d] = [use('c'), use('d')];
    await sleep(10);
    expect(opened).toHaveLength(2);
    a.leave();
    expect(await c).toBe(true);
    b.leave();
    expect(await d).toBe(true);
    await Promise.all([a.done, b.done]);
    expect(opened).toHaveLength(4);
  });

  it('end after their idle time, but not while they are used', async () => {
    await use('idle');
    const busy = occupy('busy');
    await busy.started;
    clock.advance(20 * MINUTE_MS);
    // The start of another one looks for idle ones.
    await use('other');
    expect(ended).toBe(1);
    busy.leave();
    expect(await busy.done).toBe(true);
    expect(await use('busy')).toBe(false);
    expect(await use('idle')).toBe(true);
  });

  it('start again after their container ended them, also in the middle of code', async () => {
    const busy = occupy('a');
    await busy.started;
    await interpreters.end('a');
    expect(ended).toBe(1);
    busy.leave();
    await busy.done;
    expect(await use('a')).toBe(true);
  });

  it('start again after their session was interrupted', async () => {
    await use('a', async ({ session }) => {
      await session.destroy();
      return undefined;
    });
    expect(await use('a')).toBe(true);
  });

  it('all end when the server stops', async () => {
    await use('a');
    await use('b');
    await interpreters.close();
    expect(ended).toBe(2);
  });
});

describe('a machine without a sandbox', () => {
  it('is asked again until it has one', async () => {
    const answers: (Sandbox | string)[] = ['Install one.', createSandbox()];
    let asked = 0;
    const findSandbox = async () => answers[asked++] ?? 'none';
    const others = new Interpreters({ findSandbox, clock, maxSessions: 1 });
    expect(others.unavailable).toBeUndefined();
    await others.probe();
    expect(others.unavailable).toBe('Install one.');
    await others.probe();
    await others.probe();
    expect(others.unavailable).toBeUndefined();
    expect(asked).toBe(2);
    await others.close();
  });
});
