import { describe, expect, it } from 'vitest';
import { createSeccompFilter } from './seccomp.ts';

const CLONE = { x64: 56, arm64: 220 };
const AUDIT = { x64: 0xc000003e, arm64: 0xc00000b7 };

/** Executes a filter as the kernel does. */
function execute(filter: Buffer, data: { number: number; audit: number; flags?: number }): number {
  const words: Record<number, number> = { 0: data.number, 4: data.audit, 16: data.flags ?? 0 };
  let loaded = 0;
  for (let at = 0; at < filter.length / 8; at += 1) {
    const code = filter.readUInt16LE(at * 8);
    const value = filter.readUInt32LE(at * 8 + 4);
    if (code === 0x06) return value;
    if (code === 0x20) loaded = words[value] ?? Number.NaN;
    else {
      const holds = code === 0x15 ? loaded === value : code === 0x35 ? loaded >= value : (loaded & value) !== 0;
      at += filter.readUInt8(at * 8 + (holds ? 2 : 3));
    }
  }
  throw new Error('the filter does not return');
}

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const EPERM = 0x50001;

describe.each(['x64', 'arm64'] as const)('the seccomp filter for %s', (architecture) => {
  const filter = createSeccompFilter(architecture) ?? Buffer.alloc(0);
  const call = (number: number, flags?: number) =>
    execute(filter, { number, audit: AUDIT[architecture], ...(flags !== undefined && { flags }) });

  it('allows threads, and refuses processes and namespaces', () => {
    expect(call(CLONE[architecture], 0x3d0f00)).toBe(ALLOW);
    expect(call(CLONE[architecture], 17)).toBe(EPERM);
    expect(call(CLONE[architecture], 0x10010000)).toBe(EPERM);
    expect(call(435)).toBe(0x50026);
  });

  it('refuses ptrace and sockets, and allows reads', () => {
    expect(call(architecture === 'x64' ? 101 : 117)).toBe(EPERM);
    expect(call(architecture === 'x64' ? 41 : 198)).toBe(EPERM);
    expect(call(architecture === 'x64' ? 0 : 63)).toBe(ALLOW);
  });

  it('reports calls of later kernels as missing', () => {
    expect(call(452)).toBe(ALLOW);
    expect(call(453)).toBe(0x50026);
    expect(call(0x3fffffff)).toBe(0x50026);
  });

  it('kills a process that uses the calls of another architecture', () => {
    expect(execute(filter, { number: 1, audit: 0x40000003 })).toBe(KILL);
    expect(call(0x40000000)).toBe(KILL);
  });
});

describe('the seccomp filter', () => {
  it('does not exist for an architecture without a table of calls', () => {
    expect(createSeccompFilter('riscv64')).toBeUndefined();
  });
});
