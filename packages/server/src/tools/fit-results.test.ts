import { describe, expect, it } from 'vitest';
import { countTokens, fitResults } from './fit-results.ts';

const toMark = (index: number) => `【0:${index}†a.txt】`;
const SENTENCE = 'The quiet river runs past the mill and the old stone bridge. ';
const result = (text: string) => ({ filename: 'a.txt', text });
const fit = (texts: string[], tokens: number, query = 'harbour gate') =>
  fitResults(texts.map(result), { query, tokens, toMark });

describe('the results of a search that a model is shown', () => {
  it('returns whole results within the budget, best first, each after its mark', () => {
    expect(fit(['one', 'two'], 1000)).toEqual(['【0:0†a.txt】\none', '【0:1†a.txt】\ntwo']);
  });

  it.each([128, 256, 1024, 2048, 8192])('fits several long results into %i tokens', (tokens) => {
    const shown = fit(
      Array.from({ length: 20 }, () => SENTENCE.repeat(60)),
      tokens,
    );
    expect(shown.length).toBeGreaterThanOrEqual(3);
    expect(shown.reduce((sum, text) => sum + countTokens(text), 0)).toBeLessThanOrEqual(tokens);
    expect(shown.every((text, index) => text.startsWith(toMark(index)))).toBe(true);
  });

  it('cuts a result to the sentences with the words of the query', () => {
    const text = `${SENTENCE.repeat(30)}The harbour gate opens at four. ${SENTENCE.repeat(30)}`;
    for (const shown of fit([text, text, text], 400)) {
      expect(shown).toContain('The harbour gate opens at four.');
      expect(shown).toMatch(/†a\.txt】\n…[^…]*…$/);
    }
  });

  it('keeps to the budget in scripts with one token per character', () => {
    const text = `${'川は静かに流れる。'.repeat(100)}港の門は四時に開く。${'橋は古い。'.repeat(100)}`;
    const [shown = ''] = fit([text, text, text], 300, '港の門');
    expect(shown).toContain('港の門は四時に開く。');
    expect(countTokens(shown)).toBeLessThanOrEqual(100);
    expect(Array.from(shown).length).toBeLessThan(120);
  });

  it('returns no result when the budget is used up', () => {
    expect(fit([SENTENCE], 10)).toEqual([]);
    expect(fit([SENTENCE], -5)).toEqual([]);
    expect(fit([], 1000)).toEqual([]);
  });

  it('cuts a result without sentences or spaces', () => {
    const [shown = ''] = fit(['x'.repeat(5000)], 100);
    expect(countTokens(shown)).toBeLessThanOrEqual(100);
    expect(shown.length).toBeGreaterThan(150);
  });
});
