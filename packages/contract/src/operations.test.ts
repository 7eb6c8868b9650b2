import { readdirSync } from 'node:fs';
import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { isOperation, type Operation, operation } from './operation.ts';
import { findOperation, operations } from './operations.ts';
import { named } from './schema.ts';

async function declaredInFiles(): Promise<Operation[]> {
  const folder = new URL('.', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const modules = await Promise.all(sources.map((file) => import(new URL(file, folder).href)));
  return modules.flatMap((module: object) => Object.values(module).filter(isOperation));
}

describe('operation', () => {
  it('returns the given object with a marker', () => {
    const spec = {
      id: 'a.list',
      method: 'GET',
      path: '/a',
      summary: '',
      authority: 'project',
      response: named('A', Type.Object({})),
    } as const;
    expect(isOperation({ ...spec })).toBe(false);
    expect(operation(spec)).toBe(spec);
    expect(isOperation(spec)).toBe(true);
    expect(Object.keys(spec)).not.toContain('selfsame.operation');
    expect([null, undefined, 'a', 3].some(isOperation)).toBe(false);
  });
});

describe('operations', () => {
  it('lists every exported operation of the contract once', async () => {
    const declared = new Set(await declaredInFiles());
    expect(declared.size).toBeGreaterThan(0);
    expect(new Set(operations)).toEqual(declared);
    expect(operations.length).toBe(declared.size);
  });

  it('gives operations unique ids, unique methods and paths, and paths that name exactly their parameters', () => {
    expect(new Set(operations.map((each) => each.id)).size).toBe(operations.length);
    expect(new Set(operations.map((each) => `${each.method} ${each.path}`)).size).toBe(operations.length);
    for (const each of operations) {
      const inPath = [...each.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect(Object.keys(each.params?.properties ?? {})).toEqual(inPath);
    }
  });

  it('finds an operation by its id', () => {
    expect(findOperation('models.list')?.path).toBe('/models');
    expect(findOperation('models.get')).toBeUndefined();
  });
});
