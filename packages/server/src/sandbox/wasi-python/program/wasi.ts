/** The functions of WASI preview 1 that the interpreter imports. Each returns an error number. */
import { ERRNO, WasiError, type WasiFunction, type WasiValue } from './abi.ts';
import { descriptorFunctions } from './descriptor-functions.ts';
import type { DescriptorTable } from './descriptors.ts';
import type { InterpreterMemory } from './memory.ts';
import { pathFunctions } from './path-functions.ts';
import { type ProgramArguments, systemFunctions } from './system-functions.ts';

export interface WasiDeps extends ProgramArguments {
  memory: InterpreterMemory;
  descriptors: DescriptorTable;
}

export function createWasi(deps: WasiDeps): Record<string, (...values: WasiValue[]) => number> {
  const functions = { ...systemFunctions(deps), ...descriptorFunctions(deps), ...pathFunctions(deps) };
  return Object.fromEntries(Object.entries(functions).map(([name, call]) => [name, returningErrno(call)]));
}

function returningErrno(call: WasiFunction): (...values: WasiValue[]) => number {
  return (...values) => {
    try {
      call(...values);
      return ERRNO.success;
    } catch (error) {
      if (error instanceof WasiError) return error.errno;
      if (error instanceof RangeError) return ERRNO.badAddress;
      return ERRNO.io;
    }
  };
}
