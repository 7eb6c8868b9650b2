import { expect, it } from 'vitest';
import { createScriptedEmbeddingModel } from '../engines/scripted/embedding-model.ts';
import { errors } from '../errors/catalogue.ts';
import { embedChunks, toPieces } from './embed.ts';

const { signal } = new AbortController();
const model = createScriptedEmbeddingModel({ inputTokens: 64 });
const embedOne = async (input: string) =>
  (await model.doEmbed({ inputs: [input], nameInput: String }, { signal, priority: 'online' })).vectors[0];

const half = (text: string) => toPieces(text, Math.ceil(text.length / 2));

it('returns one vector for a text within the limit of the model and one per half for a longer text', async () => {
  const words = Array.from({ length: 90 }, (_, i) => `word${i}`);
  const long = words.join(' ');
  const { vectors } = await embedChunks(model, ['short', long, 'last'], signal);
  expect(vectors[0]).toEqual([await embedOne('short')]);
  expect(vectors[2]).toEqual([await embedOne('last')]);
  const pieces = half(long);
  expect(pieces.join(' ')).toBe(long);
  expect(vectors[1]).toEqual(await Promise.all(pieces.map(embedOne)));
});

it('halves a text until the model accepts every piece', async () => {
  const dense = '1 2 3 4 5 6 7 8 9 '.repeat(40);
  const { vectors: found } = await embedChunks(model, [dense], signal);
  const [vectors = []] = found;
  const eighths = half(dense).flatMap(half).flatMap(half);
  expect(vectors).toEqual(await Promise.all(eighths.map(embedOne)));
});

it('embeds more texts than one request holds, in order', async () => {
  const texts = Array.from({ length: 71 }, (_, i) => `text ${i}`);
  const { vectors, inputTokens, requests } = await embedChunks(model, texts, signal);
  expect(vectors.map(({ length }) => length)).toEqual(texts.map(() => 1));
  for (const i of [0, 40, 70]) expect(vectors[i]).toEqual([await embedOne(`text ${i}`)]);
  const whole = await model.doEmbed({ inputs: texts, nameInput: String }, { signal, priority: 'online' });
  expect({ inputTokens, requests }).toEqual({ inputTokens: whole.inputTokens, requests: 3 });
});

it('cuts a text at white space if possible and never inside a character', () => {
  expect(toPieces('aaaa bbbb cccc', 10)).toEqual(['aaaa bbbb', 'cccc']);
  expect(toPieces('a'.repeat(25), 10)).toEqual(['a'.repeat(10), 'a'.repeat(10), 'a'.repeat(5)]);
  expect(toPieces('😀😀😀', 3).join('')).toBe('😀😀😀');
  for (const piece of toPieces('😀😀😀', 3)) expect(piece.isWellFormed()).toBe(true);
  expect(toPieces('   ', 2)).toEqual(['   ']);
});

it('retries while the engine is overloaded and stops on abort', async () => {
  let refusals = 2;
  const busy: typeof model = {
    ...model,
    doEmbed(request, options) {
      expect(options.priority).toBe('batch');
      refusals -= 1;
      if (refusals >= 0) throw errors.engineOverloaded(9);
      return model.doEmbed(request, options);
    },
  };
  expect((await embedChunks(busy, ['a'], signal)).vectors).toEqual([[await embedOne('a')]]);
  refusals = 1000;
  await expect(embedChunks(busy, ['a'], AbortSignal.timeout(50))).rejects.toThrow();
});
