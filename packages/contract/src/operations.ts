/** Every operation of the contract. `operation-modules.ts` is generated, so a new file needs no manual entry. */
import { isOperation, type Operation } from './operation.ts';
import { operationModules } from './operation-modules.ts';

export const operations: readonly Operation[] = operationModules.flatMap((module) =>
  Object.values(module).filter(isOperation),
);

const byId = new Map(operations.map((each) => [each.id, each]));

/** Returns the operation with an id, e.g. `chat.completions.create`, or undefined. */
export function findOperation(id: string): Operation | undefined {
  return byId.get(id);
}
