import { readFileSync } from 'node:fs';
import * as contract from '@selfsame/contract';
import { describe, expect, it } from 'vitest';
import { renewTables } from '../tables.ts';
import { findOperationOf } from './ballerina.ts';
import { ballerinaFunctions, toWireName, zioTypes } from './facts.ts';
import { migrationPages, pageOf } from './pages.ts';
import { hasType, readZioRows } from './zio-openai.ts';

describe('the migration pages', () => {
  it.each(Object.entries(migrationPages()))('%s is current (`node test/migration-docs/write.ts`)', (name, tables) => {
    const page = readFileSync(pageOf(name), 'utf8');
    expect(renewTables(page, tables)).toBe(page);
  });

  it('gives every resource function of the Ballerina connectors a method of the client', () => {
    const functions = Object.values(ballerinaFunctions).flat();
    expect(functions).toHaveLength(148 + 68);
    const ids = new Set(contract.knownOperations.map(({ id }) => id));
    expect(functions.filter((each) => !ids.has(findOperationOf(each).id))).toEqual([]);
    expect(() => findOperationOf('get nothing/{id}')).toThrow("no operation has the path of 'get nothing/{id}'");
  });

  it('lists each of the 128 types of zio-openai once', () => {
    expect(zioTypes).toHaveLength(128);
    expect(readZioRows().map(({ name }) => name)).toEqual(zioTypes.map(({ name }) => name));
  });

  it('has a type for every type of zio-openai except a list that no operation returns', () => {
    const missing = readZioRows().filter((row) => !hasType(row));
    expect(missing.map(({ name }) => name)).toEqual(['ListThreadsResponse']);
  });

  it('has every field of the classes of zio-openai under its name in the API', () => {
    const absent = zioTypes.flatMap(({ name, fields = {} }) => {
      const ours = namedType(name);
      if (ours === undefined) return [];
      const properties = propertiesOf(ours);
      return Object.keys(fields)
        .map(toWireName)
        .filter((field) => !properties.has(field))
        .map((field) => `${name}.${field}`);
    });
    expect(absent).toEqual([]);
  });
});

interface SchemaNode {
  properties?: Readonly<Record<string, unknown>>;
  anyOf?: readonly object[];
  oneOf?: readonly object[];
}

/** The schema of our type, if it is a component of the contract. */
function namedType(name: string): object | undefined {
  const row = readZioRows().find((each) => each.name === name);
  const component = /^Wire\.(\w+)(?: \||$)/.exec(row?.ours ?? '')?.[1] ?? '';
  return (contract as unknown as Record<string, object | undefined>)[component];
}

function propertiesOf(schema: object): ReadonlySet<string> {
  const node = (contract.targetOf(schema) ?? schema) as SchemaNode;
  const branches = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  return new Set([...Object.keys(node.properties ?? {}), ...branches.flatMap((each) => [...propertiesOf(each)])]);
}
