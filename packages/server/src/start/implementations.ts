/**
 * Finds the handlers of operations by their ids: `chat.completions.create` is `resources/chat/completions/create.ts`.
 * An operation is served if it has a handler file. A handler file of another operation stops the start.
 */
import { existsSync } from 'node:fs';
import type { Operation } from '@selfsame/contract';
import type { Implementation } from '../resources/handler.ts';

const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const RESOURCES = new URL('../resources/', import.meta.url);

/** `vectorStores.fileBatches.cancel` → `vector-stores/file-batches/cancel`. */
export function toResourcePath(operationId: string): string {
  return operationId
    .split('.')
    .map((part) => part.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
    .join('/');
}

/** Returns the operations that have a handler file, in the given order. Tests pass their own folder. */
export function findServed<O extends { id: string }>(declared: readonly O[], folder = RESOURCES): O[] {
  return declared.filter(({ id }) => existsSync(toModule(id, folder)));
}

/**
 * Loads the handlers of the served operations.
 * @throws Error if a handler file does not implement the operation that its path names.
 */
export async function loadImplementations(
  declared: readonly Operation[],
  folder = RESOURCES,
): Promise<Implementation[]> {
  return Promise.all(
    findServed(declared, folder).map(async ({ id }) => {
      const module: { default?: Implementation } = await import(/* @vite-ignore */ toModule(id, folder).href);
      if (module.default?.operation.id !== id)
        throw new Error(`resources/${toResourcePath(id)} does not implement '${id}'.`);
      return module.default;
    }),
  );
}

function toModule(operationId: string, folder: URL): URL {
  return new URL(`${toResourcePath(operationId)}${EXTENSION}`, folder);
}
