import { expect, it } from 'vitest';
import { countHostedTexts } from './count-hosted-texts.ts';

const { signal } = new AbortController();

it('counts each text by the vocabulary of the hosted models while the event loop runs', async () => {
  await countHostedTexts(['warm'], signal);
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  const counts = await countHostedTexts(['The library opens at nine.', '', 'word '.repeat(200_000)], signal);
  clearInterval(timer);
  expect(counts.slice(0, 2)).toEqual([6, 0]);
  expect(counts[2]).toBeGreaterThan(190_000);
  expect(turns).toBeGreaterThan(5);
});

it('answers nobody who has left', async () => {
  await expect(countHostedTexts(['x'], AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
});
