/** The operations of the contract with the modules that declare them, and the names of the contract's types. */
import { join } from 'node:path';
import { isOperation, type Operation } from '@selfsame/contract';
import { CONTRACT, readContract } from '../contract-index/contract-index.ts';
import { methodOf } from './names.ts';

export interface FoundOperation {
  operation: Operation;
  /** Module of the contract without its ending, e.g. `vector-stores/files`. */
  module: string;
  /** Name of the export in that module. */
  exportName: string;
  /** Path of the client's method, e.g. `['vectorStores', 'files', 'list']`. */
  method: readonly string[];
}

export interface ContractFacts {
  operations: readonly FoundOperation[];
  /** Names of exported types. */
  types: ReadonlySet<string>;
}

export async function readOperations(): Promise<ContractFacts> {
  const files = readContract();
  const types = new Set(
    files.flatMap(({ text }) =>
      [...text.matchAll(/^export (?:type|interface) (\w+)/gm)].map((match) => match[1] ?? ''),
    ),
  );
  const operations: FoundOperation[] = [];
  for (const { path, text } of files) {
    if (!/= operation\(\{/.test(text)) continue;
    const exports = (await import(join(CONTRACT, path))) as Record<string, unknown>;
    for (const [exportName, operation] of Object.entries(exports).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      if (!isOperation(operation)) continue;
      const method = methodOf(operation.id).split('.');
      operations.push({ operation, module: path.replace(/\.ts$/, ''), exportName, method });
    }
  }
  return { operations, types };
}
