/**
 * Finds the handler of every operation by its id: `chat.completions.create` is `resources/chat/completions/create.ts`.
 * A missing file stops the start.
 */
import type { Operation } from '@selfsame/contract';
import type { Implementation } from '../resources/handler.ts';

const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** `vectorStores.fileBatches.cancel` → `vector-stores/file-batches/cancel`. */
export function toResourcePath(operationId: string): string {
  return operationId
    .split('.')
    .map((part) => part.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
    .join('/');
}

export async function loadImplementations(operations: readonly Operation[]): Promise<Implementation[]> {
  return Promise.all(
    operations.map(async ({ id }) => {
      const module: { default?: Implementation } = await import(
        /* @vite-ignore */ `../resources/${toResourcePath(id)}${EXTENSION}`
      );
      if (module.default?.operation.id !== id)
        throw new Error(`resources/${toResourcePath(id)} does not implement '${id}'.`);
      return module.default;
    }),
  );
}
