/** Every operation of the contract. `operation-modules.ts` is generated, so a new file of operations edits no list. */
import { isOperation, type Operation } from './operation.ts';
import { operationModules } from './operation-modules.ts';

export const operations: readonly Operation[] = operationModules.flatMap((module) =>
  Object.values(module).filter(isOperation),
);

const byId = new Map(operations.map((each) => [each.id, each]));

/** The operation of that id, e.g. `chat.completions.create`, or undefined. */
export function findOperation(id: string): Operation | undefined {
  return byId.get(id);
}
