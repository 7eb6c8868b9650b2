import { expect, it } from 'vitest';
import { type Candidate, pickBest } from './best-of.ts';

const candidate = (text: string, ...logprobs: number[]): Candidate => ({
  text,
  logprobs: null,
  reason: 'stop',
  sum: logprobs.reduce((sum, each) => sum + each, 0),
  tokens: logprobs.length,
});
const pick = (candidates: Candidate[], of: number, returned: number) =>
  pickBest(candidates, { of, returned }).map(({ text }) => text);

it('ranks by the mean of the tokens, not by their sum, and an answer without tokens last', () => {
  const group = [candidate('short', -2), candidate('long', -1, -1, -1, -1), candidate('none'), candidate('bad', -9)];
  expect(pick(group, 4, 3)).toEqual(['long', 'short', 'bad']);
});

it('ranks the candidates of each prompt among themselves, the earlier of equals first', () => {
  const groups = [candidate('a', -3), candidate('b', -1), candidate('c', -2), candidate('d', -2)];
  expect(pick(groups, 2, 1)).toEqual(['b', 'c']);
});

it('does not change the candidates when all are returned', () => {
  expect(pick([candidate('a', -3), candidate('b', -1)], 2, 2)).toEqual(['a', 'b']);
});
