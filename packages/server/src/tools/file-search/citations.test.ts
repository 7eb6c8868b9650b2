import { expect, it } from 'vitest';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import { findCitations } from './citations.ts';

const searchOf = (...files: string[]): ModelCall => ({
  id: 'call_1',
  name: 'file_search',
  arguments: '{}',
  output: '',
  own: { type: 'file_search', details: { results: files.map((file_id) => ({ file_id })) } },
});

it('finds the marks that refer to a result, and leaves the others as text', () => {
  const text = 'Green【1:0†gate】 and blue【4:0†x】.';
  const searches = [searchOf(), searchOf('file-1')];
  expect(findCitations(text, searches, { from: 0, isWhole: true })).toEqual([
    { text: '【1:0†gate】', start: 5, end: 15, source: { type: 'file', fileId: 'file-1' } },
  ]);
  expect(findCitations(text, searches, { from: 6, isWhole: true })).toEqual([]);
});
