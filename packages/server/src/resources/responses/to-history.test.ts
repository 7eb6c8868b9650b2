import { expect, it } from 'vitest';
import type { HistoryEntry } from '../../generation/loop/loop-store.ts';
import { createSealer } from '../../lib/sealer.ts';
import type { NewItem } from '../../storage/repositories/response-items.ts';
import { createCompactions } from './compaction/compactions.ts';
import { toHistory } from './to-history.ts';

const COMPACTIONS = createCompactions({ sealer: createSealer('secret') }, 'proj_1');

/** The entries, oldest first, of items that are given oldest first. */
async function entriesOf(...items: Record<string, unknown>[]): Promise<HistoryEntry[]> {
  async function* newestFirst() {
    for (const { call, ...data } of items.toReversed()) {
      yield { id: String(data['id']), data, ...(call === undefined ? {} : { call }) } as NewItem;
    }
  }
  const entries: HistoryEntry[] = [];
  for await (const entry of toHistory(newestFirst(), COMPACTIONS)) entries.unshift(entry);
  return entries;
}

const call = (id: string) => ({ type: 'function_call', call_id: id, name: 'add', arguments: '{"a":1}' });
const output = (id: string) => ({ type: 'function_call_output', call_id: id, output: `sum of ${id}` });
const made = (id: string, text: string | null = `sum of ${id}`) => ({
  id,
  name: 'add',
  arguments: '{"a":1}',
  output: text,
});

it('joins calls of one turn with their outputs', async () => {
  const entries = await entriesOf(call('a'), call('b'), output('a'), output('b'));
  expect(entries).toEqual([{ type: 'calls', calls: [made('a'), made('b')] }]);
});

it('keeps calls of different turns apart, each with its output', async () => {
  const entries = await entriesOf(call('a'), output('a'), call('b'), output('b'));
  expect(entries).toEqual([
    { type: 'calls', calls: [made('a')] },
    { type: 'calls', calls: [made('b')] },
  ]);
});

it('leaves a call without output open, and ignores an output without call', async () => {
  expect(await entriesOf(call('a'), output('c'))).toEqual([{ type: 'calls', calls: [made('a', null)] }]);
});

it('reads calls of custom tools, and calls that the server ran as it ran them', async () => {
  const own = {
    id: 'call_s',
    name: 'file_search',
    arguments: '{}',
    output: 'found',
    own: { type: 'file_search', details: {} },
  };
  const entries = await entriesOf(
    { type: 'file_search_call', id: 'fs_1', call: own },
    { type: 'custom_tool_call', call_id: 'c', name: 'shout', input: 'a"b' },
    { type: 'custom_tool_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'done' }] },
  );
  expect(entries).toEqual([
    { type: 'calls', calls: [own, { id: 'c', name: 'shout', arguments: '{"input":"a\\"b"}', output: 'done' }] },
  ]);
});

it('reads messages of every role as text or parts, and skips items that no model reads', async () => {
  const image = { type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'low' };
  const entries = await entriesOf(
    { role: 'developer', content: 'Be brief.' },
    {
      type: 'message',
      role: 'user',
      content: [
        { type: 'input_text', text: 'what ' },
        { type: 'input_text', text: 'is it?' },
      ],
    },
    { type: 'reasoning', id: 'rs_1', summary: [] },
    {
      type: 'message',
      role: 'assistant',
      content: [
        { type: 'output_text', text: 'no ' },
        { type: 'refusal', refusal: 'idea' },
      ],
    },
    { type: 'message', role: 'assistant', content: [] },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'this' }, image] },
  );
  expect(entries.map((entry) => entry.type === 'message' && [entry.message.role, entry.message.content])).toEqual([
    ['developer', 'Be brief.'],
    ['user', 'what is it?'],
    ['assistant', 'no idea'],
    [
      'user',
      [
        { type: 'text', text: 'this' },
        { type: 'image', url: image.image_url, detail: 'low' },
      ],
    ],
  ]);
});

it('refuses content whose data is missing', async () => {
  const file = { role: 'user', content: [{ type: 'input_file', file_id: 'file-1' }] };
  await expect(entriesOf(file)).rejects.toMatchObject({ status: 400, param: 'input' });
});

const said = (role: 'user' | 'assistant', content: string) => ({ type: 'message', role, content });
const entryOf = (role: string, content: string) => ({ type: 'message', message: { role, content } });
const SUMMARY = entryOf('user', 'Summary of the conversation before this point:\nthey met');

it('reads the summary of a compaction after the items that were kept before it', async () => {
  const { data } = COMPACTIONS.toItem('cmp_1', { summary: 'they met' });
  const entries = await entriesOf(said('user', 'a'), data, said('user', 'b'));
  expect(entries).toEqual([entryOf('user', 'a'), SUMMARY, entryOf('user', 'b')]);
});

it('reads no item before a compaction of the whole conversation, but its newest entries', async () => {
  const tail = [entryOf('user', 'b')] as HistoryEntry[];
  const { data } = COMPACTIONS.toItem('cmp_1', { summary: 'they met', tail });
  const entries = await entriesOf(said('user', 'a'), said('user', 'b'), data, said('assistant', 'c'));
  expect(entries).toEqual([SUMMARY, entryOf('user', 'b'), entryOf('assistant', 'c')]);
});

it('refuses a compaction of another project', async () => {
  const { data } = createCompactions({ sealer: createSealer('secret') }, 'proj_2').toItem('cmp_1', { summary: 'x' });
  await expect(entriesOf(data)).rejects.toMatchObject({ code: 'invalid_encrypted_content', param: 'input' });
});
