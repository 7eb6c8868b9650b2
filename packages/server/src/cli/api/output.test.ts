/** Tables, selected parts and completions of `selfsame api`. */
import { Page } from '@selfsame/client';
import { operations } from '@selfsame/contract';
import { describe, expect, it } from 'vitest';
import { buildTree } from './command-tree.ts';
import { complete } from './complete.ts';
import { type PrintOptions, printResult } from './print-result.ts';
import { select } from './select.ts';
import { listToTable, objectToTable } from './to-table.ts';

const WIDE = Number.POSITIVE_INFINITY;

describe('tables', () => {
  it('a table of a list has the plain properties of its items, ids first and times readable', () => {
    const items = [
      { object: 'file', id: 'b', created_at: 0, name: 'two\nlines', counts: { total: 1 }, gone: null },
      { object: 'file', id: 'a', created_at: 1.7e9, counts: { total: 2 }, gone: null, extra: true },
    ];
    expect(listToTable(items, WIDE).split('\n')).toEqual([
      'ID  CREATED_AT            NAME       EXTRA',
      'b   1970-01-01T00:00:00Z  two lines',
      'a   2023-11-14T22:13:20Z             true',
    ]);
    expect(listToTable([], WIDE)).toBe('');
  });

  it('a table of an object has a row per property, with dots for inner ones', () => {
    expect(objectToTable({ id: 'a', counts: { total: 1 }, tags: ['x', 'y'], none: {} }, WIDE).split('\n')).toEqual([
      'FIELD         VALUE',
      'id            a',
      'counts.total  1',
      'tags          ["x","y"]',
      'none          {}',
    ]);
  });
});

describe('selected parts', () => {
  it('a path selects a property, an item, or every item, and leaves absent parts out', () => {
    const value = { data: [{ id: 'a', n: null }, { id: 'b' }, {}] };
    expect(select(value, 'data.0.id')).toEqual(['a']);
    expect(select(value, 'data.*.id')).toEqual(['a', 'b']);
    expect(select(value, 'data.0.n')).toEqual([null]);
    expect(select(value, 'data.9.id')).toEqual([]);
    expect(select(value, 'data.0.id.length')).toEqual([]);
    expect(select(value, '')).toEqual([value]);
  });
});

describe('completions', () => {
  const tree = buildTree(operations);
  const words = (...line: string[]) => complete(tree, line).map(({ word }) => word);

  it('completes the words of commands with their summaries', () => {
    expect(words('vector-s')).toEqual(['vector-stores']);
    expect(words('vector-stores', 'file')).toEqual(['file-batches', 'files']);
    expect(complete(tree, ['models', 're'])).toEqual([{ word: 'retrieve', about: 'Retrieves a model.' }]);
    expect(words('models', 'nonsense', '')).toEqual([]);
  });

  it('completes flags of fields, of their parts, and general flags', () => {
    expect(words('vector-stores', 'list', '--or')).toEqual(['--order']);
    expect(words('vector-stores', 'search', 'vs_1', '--ranking-options.r')).toEqual(['--ranking-options.ranker']);
    expect(words('vector-stores', 'list', '--base')).toEqual(['--base-url']);
    expect(words('vector-stores', 'list', '--limit', '5', '--')).toContain('--after');
  });

  it('completes the values of enumerations, and leaves other values to the shell', () => {
    expect(words('vector-stores', 'list', '--order', '')).toEqual(['asc', 'desc']);
    expect(words('chat', 'completions', 'create', '--reasoning-effort', 'm')).toEqual(['minimal', 'medium', 'max']);
    expect(words('files', 'list', '--output', 't')).toEqual(['table']);
    expect(words('files', 'create', '--file', '')).toEqual([]);
    expect(words('chat', 'completions', 'create', '--stream', '--max-tok')).toEqual(['--max-tokens']);
  });
});

describe('results', () => {
  async function printed(value: unknown, options: Partial<PrintOptions> = {}): Promise<string> {
    let text = '';
    const write = (piece: string | Uint8Array) => {
      text += typeof piece === 'string' ? piece : new TextDecoder().decode(piece);
      return Promise.resolve();
    };
    await printResult(value, { format: 'json', select: undefined, all: false, ...options }, write);
    return text;
  }

  it('prints plain text and bytes without quotes', async () => {
    expect(await printed('1\n00:00 --> 00:01\n"Hi"')).toBe('1\n00:00 --> 00:01\n"Hi"\n');
    expect(await printed(new Response('bytes'))).toBe('bytes');
  });

  it('prints values in every format', async () => {
    const list = { object: 'list', data: [{ id: 'a' }, { id: 'b' }] };
    expect(await printed({ id: 'a' })).toBe('{\n  "id": "a"\n}\n');
    expect(await printed(list, { format: 'jsonl' })).toBe('{"id":"a"}\n{"id":"b"}\n');
    expect(await printed(list, { format: 'table' })).toBe('ID\na\nb\n');
    expect(await printed(list, { select: 'data.1' })).toBe('{"id":"b"}\n');
  });

  it('prints an empty list of all pages as an empty list', async () => {
    expect(await printed(new Page({ data: [] }), { all: true })).toBe('[]\n');
  });
});
