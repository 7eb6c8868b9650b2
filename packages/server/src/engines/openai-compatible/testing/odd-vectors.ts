/** Irregular responses of embedding endpoints; the first input `@odd NAME` selects one. */
import type { ServerResponse } from 'node:http';

type Json = Record<string, unknown>;

/** The direction of the vector of input `at`; all of them differ. */
const vectorOf = (at: number): number[] => [3, 4, at];
const base64Of = (numbers: readonly number[]) => Buffer.from(Float32Array.from(numbers).buffer).toString('base64');
const entryOf = (at: number, more: Json = {}): Json => ({
  object: 'embedding',
  index: at,
  embedding: vectorOf(at),
  ...more,
});

interface OddVectors {
  /** `count`: number of inputs. */
  answer: (count: number) => unknown;
  /** Part of the error message; undefined = the vectors are right. */
  error?: string;
}

const USAGE = { prompt_tokens: 5, total_tokens: 5 };
const list = (data: unknown, more: Json = { usage: USAGE }): Json => ({ object: 'list', model: 'far', data, ...more });
const all = (count: number, more: (at: number) => Json = () => ({})) =>
  Array.from({ length: count }, (_, at) => entryOf(at, more(at)));
const odd = (embedding: unknown) => ({
  answer: (count: number) => list(all(count, (at) => (at === 0 ? { embedding } : {}))),
  error: 'vector',
});

export const ODD_VECTORS: Readonly<Record<string, OddVectors>> = {
  plain: { answer: (count) => list(all(count)) },
  'base64 where numbers were asked for': {
    answer: (count) => list(all(count, (at) => ({ embedding: base64Of(vectorOf(at)) }))),
  },
  'base64 for one and numbers for another': {
    answer: (count) => list(all(count, (at) => (at === 0 ? { embedding: base64Of(vectorOf(at)) } : {}))),
  },
  'indexes out of order': { answer: (count) => list(all(count).reverse()) },
  'no indexes': { answer: (count) => list(all(count, () => ({ index: undefined }))) },
  'indexes of null': { answer: (count) => list(all(count, () => ({ index: null }))) },
  'indexes as texts, out of order': {
    answer: (count) => list(all(count, (at) => ({ index: String(at) })).reverse()),
  },
  'the index 0 for all': { answer: (count) => list(all(count, () => ({ index: 0 }))), error: 'index' },
  'indexes from 1': { answer: (count) => list(all(count, (at) => ({ index: at + 1 }))), error: 'index' },
  'negative indexes': { answer: (count) => list(all(count, (at) => ({ index: -1 - at }))), error: 'index' },
  'a huge index': { answer: (count) => list(all(count, (at) => ({ index: at + 2 ** 33 }))), error: 'index' },
  'an index that is an object': { answer: (count) => list(all(count, () => ({ index: {} }))), error: 'index' },
  'indexes for some only': {
    answer: (count) => list(all(count, (at) => (at === 0 ? { index: undefined } : {}))),
    error: 'index',
  },
  'a vector inside a list': { answer: (count) => list(all(count, (at) => ({ embedding: [vectorOf(at)] }))) },
  'no usage': { answer: (count) => list(all(count), {}) },
  'null for usage': { answer: (count) => list(all(count), { usage: null }) },
  'usage of a wrong type': {
    answer: (count) => list(all(count), { usage: { prompt_tokens: 'many', total_tokens: -1 } }),
  },
  'a vector too few': { answer: (count) => list(all(count - 1)), error: 'vectors for' },
  'a vector too many': { answer: (count) => list(all(count + 1)), error: 'vectors for' },
  'a vector that is longer than the others': odd([1, 2, 3, 4]),
  'vectors of another length': {
    answer: (count) => list(all(count, () => ({ embedding: [1, 2] }))),
    error: 'vector',
  },
  'texts in a vector': odd(['1', '2', '3']),
  'null in a vector': odd([1, null, 3]),
  'true in a vector': odd([true, true, true]),
  'a number that is too large in a vector': odd([1e300, 2, 3]),
  'zeros for a vector': odd([0, 0, 0]),
  'an empty vector': odd([]),
  'null for a vector': odd(null),
  'an object for a vector': odd({ 0: 1, 1: 2, 2: 3 }),
  'text that is no base64': odd('not base64!!'),
  'base64 of not a number': odd(base64Of([Number.NaN, 1, 2])),
  'base64 that is cut': odd(base64Of([1, 2, 3]).slice(0, -4)),
  'null for the list': { answer: () => list(null), error: 'vectors for' },
  'an object for the list': { answer: () => list({}), error: "'data'" },
  'null for an entry': { answer: (count) => list(Array.from({ length: count }, () => null)), error: "'data'" },
  'a list without its object': { answer: (count) => all(count), error: 'JSON object' },
  'an answer that is null': { answer: () => null, error: 'JSON object' },
  'an error with status 200': { answer: () => ({ error: 'model runner has stopped' }), error: 'status 500' },
};

export function answerOddVectors({ input }: Json, response: ServerResponse): void {
  const inputs = Array.isArray(input) ? input : [input];
  const [first] = inputs;
  const name = typeof first === 'string' && first.startsWith('@odd ') ? first.slice('@odd '.length) : 'plain';
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(ODD_VECTORS[name]?.answer(inputs.length)));
}
