/**
 * Writes packages/contract/src/known-operations.json from the descriptions in DIR: `node
 * test/contract-compare/known-operations.ts DIR`. It contains method, path and id of every operation of any version,
 * and of six that only the Assistants API v1 had.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { KnownOperation } from '../../packages/contract/src/known-operations.ts';
import { type Description, operationsOf, readDescription, shapeOf, VERSIONS } from './description.ts';
import { operationId } from './operation-id.ts';

/** Operations of `OpenAI-Beta: assistants=v1`, which no description contains. */
const FIRST_ASSISTANTS: readonly (readonly [string, string])[] = [
  ['GET', '/assistants/{assistant_id}/files'],
  ['POST', '/assistants/{assistant_id}/files'],
  ['GET', '/assistants/{assistant_id}/files/{file_id}'],
  ['DELETE', '/assistants/{assistant_id}/files/{file_id}'],
  ['GET', '/threads/{thread_id}/messages/{message_id}/files'],
  ['GET', '/threads/{thread_id}/messages/{message_id}/files/{file_id}'],
];

/** Sorted by path, then method. The newest description that has an operation names its path parameters. */
export function toKnownOperations(descriptions: readonly Description[]): KnownOperation[] {
  const described = descriptions.flatMap((description) =>
    operationsOf(description).map(({ method, path }) => [method, path] as const),
  );
  const found = new Map<string, KnownOperation>();
  for (const [method, path] of [...described, ...FIRST_ASSISTANTS]) {
    const key = `${method} ${shapeOf(path)}`;
    if (!found.has(key)) found.set(key, { method, path, id: operationId(method, path) } as KnownOperation);
  }
  const sorted = [...found.values()].sort((a, b) => compare(a.path, b.path) || compare(a.method, b.method));
  const ids = new Set(sorted.map((each) => each.id));
  if (ids.size !== sorted.length) throw new Error('Two known operations would have one id');
  return sorted;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function toJson(known: readonly KnownOperation[]): string {
  const lines = known.map(
    ({ method, path, id }) =>
      `  { "method": ${JSON.stringify(method)}, "path": ${JSON.stringify(path)}, "id": ${JSON.stringify(id)} }`,
  );
  return `[\n${lines.join(',\n')}\n]\n`;
}

if (import.meta.main) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error('usage: known-operations.ts DIR');
  const known = toKnownOperations(VERSIONS.map((version) => readDescription(folder, version)));
  const target = fileURLToPath(new URL('../../packages/contract/src/known-operations.json', import.meta.url));
  writeFileSync(target, toJson(known));
  console.log(`${known.length} operations written to packages/contract/src/known-operations.json`);
}
