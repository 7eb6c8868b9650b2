import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { encode } from 'gpt-tokenizer/encoding/cl100k_base';
import { expect, it } from 'vitest';
import { countHostedTexts, decodeTokens } from './cl100k.ts';

const name = (index: number) => `input[${index}]`;

it('returns the text of each list of ids, including characters of several tokens', async () => {
  const texts = ['The library opens at nine.', 'Straße 東京 😀👍🏽', ' ', 'x'];
  expect(
    await decodeTokens(
      texts.map((text) => encode(text)),
      name,
    ),
  ).toEqual(texts);
  expect(await decodeTokens([[100257]], name)).toEqual(['<|endoftext|>']);
});

it.each([-1, 100256, 100277, 1e9])('refuses the unknown token %d by the name of its list', async (token) => {
  await expect(decodeTokens([[1], [2, token]], name)).rejects.toMatchObject({
    status: 400,
    param: 'input[1]',
    code: 'invalid_value',
    message: `Invalid 'input[1]': ${token} is no token of cl100k_base.`,
  });
});

it('does not keep an otherwise idle process alive', async () => {
  const module = new URL('./cl100k.ts', import.meta.url).href;
  const script = `import { decodeTokens } from '${module}'; console.log(await decodeTokens([[791]], String));`;
  const child = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { timeout: 10_000 });
  expect((await child).stdout).toBe("[ 'The' ]\n");
}, 15_000);

it('does not block the event loop while it decodes a long list', async () => {
  await decodeTokens([[1]], name);
  const long = Array.from({ length: 1_000_000 }, (_, i) => i % 100_000);
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  await decodeTokens([long], name);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(20);
});

const { signal } = new AbortController();

it('counts the tokens of each text without blocking the event loop', async () => {
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

it('rejects with the reason of an aborted signal', async () => {
  await expect(countHostedTexts(['x'], AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
});
