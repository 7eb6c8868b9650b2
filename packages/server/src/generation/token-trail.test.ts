import { describe, expect, it } from 'vitest';
import type { TokenLogprob } from '../engines/language-model.ts';
import { type GenerationEvent, generate } from './generate.ts';
import { createByteModel } from './testing/byte-model.ts';
import { createTokenTrail } from './token-trail.ts';

/** Seeded random numbers in [0, below). */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const ALPHABET = ['a', 'b', 'ä', '日', '😀', ' ', '\n'];
const textOf = (roll: (below: number) => number, length: number) =>
  Array.from({ length }, () => ALPHABET[roll(ALPHABET.length)]).join('');

function cutsOf(roll: (below: number) => number, bytes: number): number[] {
  const ends: number[] = [];
  while ((ends.at(-1) ?? 0) < bytes) ends.push(Math.min(bytes, (ends.at(-1) ?? 0) + 1 + roll(5)));
  return ends;
}

async function run(seed: number) {
  const roll = dice(seed);
  const text = textOf(roll, 1 + roll(30));
  const model = createByteModel(text, cutsOf(roll, Buffer.byteLength(text)));
  const stop = Array.from({ length: roll(4) }, () => textOf(roll, 1 + roll(4)));
  const request = { model, messages: [], sampling: { temperature: 1, topP: 1 }, stop, choices: 1 };
  const options = { signal: new AbortController().signal, priority: 'online' as const };
  const events = await Array.fromAsync(generate({ ...request, topLogprobs: 0 }, options));
  const bare = await Array.fromAsync(generate(request, options));
  return { text, stop, events: events.filter(isText), bare: bare.filter(isText) };
}

const isText = (event: GenerationEvent) => event.type === 'text';
const bytesOf = (tokens: readonly TokenLogprob[]) => Buffer.from(tokens.flatMap(({ bytes }) => bytes ?? []));

describe('log probabilities of generated text', () => {
  it('log probabilities match the emitted text byte for byte, and a stop string cuts at most one token', async () => {
    for (let seed = 0; seed < 500; seed += 1) {
      const { text, stop, events } = await run(seed);
      const shown = events.map((event) => event.text).join('');
      const tokens = events.flatMap(({ logprobs = [] }) => logprobs);
      if (shown === text) expect(bytesOf(tokens).toString()).toBe(text);
      else {
        expect(stop.some((each) => text.slice(shown.length).startsWith(each))).toBe(true);
        expect(bytesOf(tokens).subarray(0, Buffer.byteLength(shown)).toString()).toBe(shown);
        expect(bytesOf(tokens.slice(0, -1)).length).toBeLessThan(Math.max(1, Buffer.byteLength(shown)));
      }
      expect(tokens.map(({ logprob }) => logprob)).toEqual(tokens.map((_, i) => -1 - i));
    }
  });

  it('log probabilities are emitted with the text of their tokens', async () => {
    for (let seed = 0; seed < 500; seed += 1) {
      const { events } = await run(seed);
      let shown = 0;
      let emitted = 0;
      for (const { text, logprobs = [] } of events) {
        const before = shown;
        shown += Buffer.byteLength(text);
        for (const token of logprobs) {
          expect(emitted).toBeLessThan(shown);
          emitted += token.bytes?.length ?? 0;
          // The token has a part of this text, at least bytes of a character that is completed here.
          expect(emitted).toBeGreaterThan(before);
        }
        expect(emitted).toBeGreaterThanOrEqual(shown);
      }
    }
  });

  it('log probabilities are emitted for an incomplete character, with empty text', async () => {
    const model = createByteModel('a😀', [1, 3]);
    const request = {
      model,
      messages: [],
      sampling: { temperature: 1, topP: 1 },
      stop: [],
      choices: 1,
      topLogprobs: 0,
    };
    const options = { signal: new AbortController().signal, priority: 'online' as const };
    const events = await Array.fromAsync(generate(request, options));
    expect(events.slice(1)).toMatchObject([
      { type: 'text', text: 'a', logprobs: [{ bytes: [97] }] },
      { type: 'text', text: '', logprobs: [{ bytes: [0xf0, 0x9f] }] },
      { type: 'finish', completionTokens: 2 },
    ]);
  });

  it('log probabilities do not change the text', async () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const { events, bare } = await run(seed);
      expect(events.map((event) => ({ ...event, logprobs: undefined }))).toEqual(bare);
    }
  });
});

describe('createTokenTrail', () => {
  const token = (name: string): TokenLogprob => ({ token: name, bytes: null, logprob: -1, top: [] });

  it('keeps a token until the first unit of its text is shown', () => {
    const trail = createTokenTrail();
    for (const name of ['ab', 'cd']) trail.add(token(name), name);
    expect(trail.show(1).map((each) => each.token)).toEqual(['ab']);
    expect(trail.show(1)).toEqual([]);
    expect(trail.show(1).map((each) => each.token)).toEqual(['cd']);
  });

  it('drops the tokens of a call, and returns tokens without text at the end', () => {
    const trail = createTokenTrail();
    trail.add(token('call'), '');
    trail.drop();
    trail.add(token('half'), '');
    expect(trail.rest().map((each) => each.token)).toEqual(['half']);
    expect(trail.rest()).toEqual([]);
  });
});
