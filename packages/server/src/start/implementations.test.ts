import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { models, operations } from '@selfsame/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findServed, loadImplementations, toResourcePath } from './implementations.ts';

describe('toResourcePath', () => {
  it('toResourcePath returns the file of an operation for its id', () => {
    expect(toResourcePath('chat.completions.create')).toBe('chat/completions/create');
    expect(toResourcePath('vectorStores.fileBatches.cancel')).toBe('vector-stores/file-batches/cancel');
  });
});

describe('the handlers of declared operations', () => {
  const declared = [models.list, models.retrieve];
  let folder: URL;
  beforeEach(() => {
    folder = pathToFileURL(`${mkdtempSync(join(tmpdir(), 'selfsame-handlers-'))}/`);
    mkdirSync(new URL('models', folder));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (id: string) =>
    writeFileSync(new URL('models/list.ts', folder), `export default { operation: { id: '${id}' } };`);

  it('an operation without a handler file is declared and not served', async () => {
    expect(findServed(declared, folder)).toEqual([]);
    expect(await loadImplementations(declared, folder)).toEqual([]);
  });

  it('a handler file is enough to serve its operation', async () => {
    write('models.list');
    expect(findServed(declared, folder)).toEqual([models.list]);
    expect((await loadImplementations(declared, folder)).map(({ operation }) => operation.id)).toEqual(['models.list']);
  });

  it('a handler file of another operation stops the start', async () => {
    write('models.lsit');
    await expect(loadImplementations(declared, folder)).rejects.toThrow(
      "resources/models/list does not implement 'models.list'.",
    );
  });

  it('every handler of the program loads', async () => {
    const loaded = await loadImplementations(operations);
    expect(loaded.map(({ operation }) => operation)).toEqual(findServed(operations));
    expect(loaded.length).toBeGreaterThanOrEqual(69);
  });
});
