/** Commands and flags of every operation of the contract. */
import { operations } from '@selfsame/contract';
import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { buildInput } from './build-input.ts';
import { buildTree, findNode, toWords } from './command-tree.ts';
import { fieldsOf, findTarget, toFlag } from './fields.ts';
import { helpOf } from './help.ts';
import { GENERAL_FLAGS, parseWords } from './parse-words.ts';

const tree = buildTree(operations);
const operation = (id: string) => operations.find((each) => each.id === id) as (typeof operations)[number];
const noInput = () => Promise.resolve(new Uint8Array());

async function inputOf(id: string, words: readonly string[], input = '') {
  const readInput = () => Promise.resolve(new TextEncoder().encode(input));
  const { input: request } = await buildInput(operation(id), parseWords(words, operation(id)), readInput);
  return request;
}

describe('commands of the contract', () => {
  it('every operation has a command with the words of its id', () => {
    for (const each of operations) {
      const { node, rest } = findNode(tree, [...toWords(each.id), 'value']);
      expect(node.operation).toBe(each);
      expect(rest).toEqual(['value']);
    }
    expect(toWords('vectorStores.fileBatches.listFiles')).toEqual(['vector-stores', 'file-batches', 'list-files']);
  });

  it('no field of an operation has the name of a general flag', () => {
    const general = new Set(Object.keys(GENERAL_FLAGS));
    const taken = operations.flatMap((each) =>
      fieldsOf(each)
        .map(({ name }) => toFlag(name))
        .filter((flag) => general.has(flag))
        .map((flag) => `${each.id} ${flag}`),
    );
    expect(taken).toEqual([]);
  });

  it('the help of every operation names its values, its fields and its summary', () => {
    for (const each of operations) {
      const text = helpOf(findNode(tree, toWords(each.id)).node);
      expect(text).toContain(each.summary);
      for (const name of Object.keys(each.params?.properties ?? {})) expect(text).toContain(`<${name}>`);
      for (const { name } of fieldsOf(each)) expect(text).toMatch(new RegExp(`^ {2}--${toFlag(name)}( |$)`, 'm'));
    }
  });

  it('no field of a query has the name of a field of the body', () => {
    for (const each of operations) {
      const names = fieldsOf(each).map(({ name }) => name);
      expect(new Set(names).size, each.id).toBe(names.length);
    }
  });
});

describe('flags', () => {
  it('flags find fields by names with dashes or underscores, and parts of objects, maps and lists', () => {
    const fields = fieldsOf(operation('chat.completions.create'));
    const path = (flag: string) => findTarget(fields, flag)?.path;
    expect(path('max-tokens')).toEqual(['max_tokens']);
    expect(path('max_tokens')).toEqual(['max_tokens']);
    expect(path('stream-options.include-usage')).toEqual(['stream_options', 'include_usage']);
    expect(path('messages.1.content')).toEqual(['messages', 1, 'content']);
    expect(path('metadata.my-key_a')).toEqual(['metadata', 'my-key_a']);
    expect(path('stream-options.nonsense')).toBeUndefined();
  });

  it.each([
    ['vectorStores.list', ['--limit', '5', '--order=asc'], { query: { limit: 5, order: 'asc' } }],
    ['embeddings.create', ['--input', '5'], { body: { input: '5' } }],
    ['embeddings.create', ['--input', '[1,2]'], { body: { input: [1, 2] } }],
    ['embeddings.create', ['--input', 'a', '--input', 'b'], { body: { input: ['a', 'b'] } }],
    ['vectorStores.create', ['--file-ids', 'a'], { body: { file_ids: ['a'] } }],
    ['vectorStores.create', ['--file-ids', '["a","b"]'], { body: { file_ids: ['a', 'b'] } }],
    ['fineTuning.jobs.create', ['--suffix', 'null'], { body: { suffix: 'null' } }],
    ['fineTuning.jobs.create', ['--suffix', '5'], { body: { suffix: '5' } }],
    ['vectorStores.create', ['--name:json', 'null'], { body: { name: null } }],
    ['vectorStores.create', ['--name', '@@home'], { body: { name: '@home' } }],
    ['vectorStores.create', ['--metadata', 'null'], { body: { metadata: null } }],
    ['vectorStores.create', ['--metadata.year', '2024'], { body: { metadata: { year: '2024' } } }],
    ['vectorStores.files.create', ['vs_1', '--attributes.year', '2024'], { body: { attributes: { year: 2024 } } }],
    [
      'vectorStores.files.create',
      ['vs_1', '--attributes.year:json', '"2024"'],
      { body: { attributes: { year: '2024' } } },
    ],
    ['chat.completions.create', ['--stream'], { body: { stream: true } }],
    ['chat.completions.create', ['--no-stream'], { body: { stream: false } }],
    ['chat.completions.create', ['--stream', 'false'], { body: { stream: false } }],
    ['chat.completions.create', ['--presence-penalty', '-1.5'], { body: { presence_penalty: -1.5 } }],
    ['chat.completions.create', ['--stop', 'END'], { body: { stop: 'END' } }],
    ['chat.completions.create', ['--stop', '["A","B"]'], { body: { stop: ['A', 'B'] } }],
    ['chat.completions.create', ['--tool-choice', 'auto'], { body: { tool_choice: 'auto' } }],
    ['chat.completions.create', ['--logit-bias.50256', '-100'], { body: { logit_bias: { '50256': -100 } } }],
  ])('%s with the words %j becomes the request', async (id, words, expected) => {
    expect(await inputOf(id, words)).toMatchObject(expected);
  });

  it('flags of parts complete each other and the object of --body', async () => {
    const words = [
      '--body',
      '{"model":"a","messages":[{"role":"user"}]}',
      '--messages.0.content',
      'hi',
      '--model',
      'b',
    ];
    expect(await inputOf('chat.completions.create', words)).toEqual({
      params: {},
      body: { model: 'b', messages: [{ role: 'user', content: 'hi' }] },
    });
  });

  it('values of the path follow the order of the path, after -- in any form', async () => {
    expect(await inputOf('vectorStores.files.retrieve', ['vs_1', '--', '--odd'])).toEqual({
      params: { vector_store_id: 'vs_1', file_id: '--odd' },
    });
  });

  it('a value of a single field given twice is refused', async () => {
    await expect(inputOf('vectorStores.list', ['--limit', '1', '--limit', '2'])).rejects.toThrow(
      '--limit takes one value, but is given 2 times.',
    );
  });

  it('the standard input is text for a text field and JSON for other fields', async () => {
    expect(await inputOf('vectorStores.create', ['--name', '-'], 'a name')).toMatchObject({ body: { name: 'a name' } });
    const metadata = await inputOf('vectorStores.create', ['--metadata', '-'], '{"a":"b"}');
    expect(metadata).toMatchObject({ body: { metadata: { a: 'b' } } });
    await expect(inputOf('vectorStores.create', ['--metadata', '-'], 'nonsense')).rejects.toThrow(
      '--metadata: the content of - is not JSON of a JSON object or null.',
    );
  });

  it('an operation whose id begins the id of another one keeps its own command', () => {
    const small = buildTree([{ id: 'a.count' }, { id: 'a.count.list' }]);
    expect(findNode(small, ['a', 'count']).node.operation?.id).toBe('a.count');
    expect(findNode(small, ['a', 'count', 'list']).node.operation?.id).toBe('a.count.list');
  });

  it('an operation with a form and a JSON body sends a form only if it has files', async () => {
    const isJson = async (id: string, ...words: string[]) =>
      (await buildInput(operation(id), parseWords(words, operation(id)), noInput)).isJson;
    expect(await isJson('containers.files.create', 'cntr_1', '--file-id', 'file-1')).toBe(true);
    expect(await isJson('containers.files.create', 'cntr_1', '--file', '-')).toBe(false);
    expect(await isJson('images.edit', '--prompt', 'a hat', '--images', '[{"file_id":"file-1"}]')).toBe(true);
    expect(await isJson('images.edit', '--prompt', 'a hat', '--image', '-:a.png')).toBe(false);
    expect(await isJson('files.create', '--purpose', 'batch')).toBe(false);
  });

  it('a repeated flag of files is a list of files', async () => {
    const words = ['--image', '-:a.png', '--image', '-:b.png'];
    const { body } = await inputOf('images.edit', words, 'bytes');
    expect(body).toMatchObject({ image: [{ name: 'a.png' }, { name: 'b.png' }] });
  });

  it('a file of a form is refused in --body', async () => {
    const upload = { ...operation('files.create') };
    const parsed = parseWords(['--body', '{"file":"text"}'], upload);
    await expect(buildInput(upload, parsed, noInput)).rejects.toThrow("--body: 'file' is a file");
  });

  it('any value is allowed where the schema allows any', () => {
    const fields = [{ name: 'free', place: 'body' as const, schema: Type.Unknown(), isRequired: false }];
    expect(findTarget(fields, 'free.a.b')?.path).toEqual(['free', 'a', 'b']);
  });
});
