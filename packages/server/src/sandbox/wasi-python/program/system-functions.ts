/** Arguments, environment, clocks, random numbers and the end of the interpreter. Sockets do not exist. */
import { randomFillSync } from 'node:crypto';
import { CLOCK, CLOCK_ABSOLUTE, ERRNO, SUBSCRIPTION_CLOCK, WasiError, type WasiFunction } from './abi.ts';
import { nowNs } from './descriptors.ts';
import type { InterpreterMemory } from './memory.ts';

const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;
const MAX_SUBSCRIPTIONS = 1024;
const CLOCK_RESOLUTION_NS = 1000n;
/** `Atomics.wait` takes a finite time. */
const MAX_SLEEP_MS = 2 ** 31;

export interface ProgramArguments {
  args: readonly string[];
  environment: Readonly<Record<string, string>>;
}

interface SystemDeps extends ProgramArguments {
  memory: InterpreterMemory;
}

export function systemFunctions({ memory, args, environment }: SystemDeps): Record<string, WasiFunction> {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const refuseSocket = () => {
    throw new WasiError(ERRNO.notASocket);
  };
  return {
    ...textFunctions(memory, { args, environ: variables }),
    clock_res_get: (_clock: number, result: number) => memory.setUint64(result, CLOCK_RESOLUTION_NS),
    clock_time_get: (clock: number, _precision: bigint, result: number) => memory.setUint64(result, timeNs(clock)),
    poll_oneoff: (input: number, output: number, count: number, result: number) =>
      memory.setUint32(result, poll(memory, { input, output, count })),
    proc_exit: (code: number) => process.exit(code),
    sched_yield: () => undefined,
    random_get: (address: number, length: number) => void randomFillSync(memory.bytes(address, length)),
    sock_accept: refuseSocket,
    sock_recv: refuseSocket,
    sock_send: refuseSocket,
    sock_shutdown: refuseSocket,
  };
}

/** `args_get`, `args_sizes_get`, and the same of the environment. */
function textFunctions(
  memory: InterpreterMemory,
  lists: Readonly<Record<string, readonly string[]>>,
): Record<string, WasiFunction> {
  const functions: Record<string, WasiFunction> = {};
  for (const [name, texts] of Object.entries(lists)) {
    const encoded = texts.map((text) => Buffer.from(`${text}\0`));
    functions[`${name}_sizes_get`] = (count: number, bytes: number) => {
      memory.setUint32(count, encoded.length);
      memory.setUint32(
        bytes,
        encoded.reduce((sum, text) => sum + text.length, 0),
      );
    };
    functions[`${name}_get`] = (pointers: number, start: number) => {
      let at = start;
      for (const [index, text] of encoded.entries()) {
        memory.setUint32(pointers + index * 4, at);
        memory.bytes(at, text.length).set(text);
        at += text.length;
      }
    };
  }
  return functions;
}

function timeNs(clock: number): bigint {
  if (clock === CLOCK.real) return nowNs();
  if (clock === CLOCK.monotonic) return process.hrtime.bigint();
  if (clock !== CLOCK.process && clock !== CLOCK.thread) throw new WasiError(ERRNO.invalid);
  const { user, system } = process.cpuUsage();
  return BigInt(user + system) * 1000n;
}

interface PollRequest {
  input: number;
  output: number;
  count: number;
}

/** Descriptors never block except the commands of the server, so all are ready at once; otherwise the call sleeps. */
function poll(memory: InterpreterMemory, { input, output, count }: PollRequest): number {
  if (count === 0 || count >>> 0 > MAX_SUBSCRIPTIONS) throw new WasiError(ERRNO.invalid);
  const subscriptions = Array.from({ length: count }, (_, index) =>
    readSubscription(memory.view, (input >>> 0) + index * SUBSCRIPTION_BYTES),
  );
  const sleepMs = Math.min(...subscriptions.map(({ waitMs }) => waitMs));
  if (sleepMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.min(sleepMs, MAX_SLEEP_MS));
  const ready = subscriptions.filter(({ waitMs }) => waitMs <= sleepMs);
  for (const [index, { userData, kind }] of ready.entries()) {
    const at = output + index * EVENT_BYTES;
    memory.bytes(at, EVENT_BYTES).fill(0);
    memory.setUint64(at, userData);
    memory.setUint8(at + 10, kind);
  }
  return ready.length;
}

function readSubscription(view: DataView, at: number): { userData: bigint; kind: number; waitMs: number } {
  const kind = view.getUint8(at + 8);
  const userData = view.getBigUint64(at, true);
  if (kind !== SUBSCRIPTION_CLOCK) return { userData, kind, waitMs: 0 };
  const timeout = view.getBigUint64(at + 24, true);
  const isAbsolute = (view.getUint16(at + 40, true) & CLOCK_ABSOLUTE) !== 0;
  const waitNs = isAbsolute ? timeout - timeNs(view.getUint32(at + 16, true)) : timeout;
  return { userData, kind, waitMs: Math.max(0, Number(waitNs) / 1e6) };
}
