import { describe, expect, it } from 'vitest';
import { createStopMatcher } from './stop-matcher.ts';

function run(stops: readonly string[], pieces: readonly string[]) {
  const matcher = createStopMatcher(stops);
  let text = '';
  for (const piece of pieces) {
    const result = matcher.push(piece);
    text += result.text;
    if (result.stopped) return { text, stopped: true };
  }
  return { text: text + matcher.flush(), stopped: false };
}

/** A slow reference implementation: the earliest end wins, then the longest stop string. */
function reference(stops: readonly string[], text: string) {
  for (let end = 1; end <= text.length; end++) {
    const ending = stops.filter((stop) => stop !== '' && text.slice(0, end).endsWith(stop));
    const longest = Math.max(0, ...ending.map((stop) => stop.length));
    if (longest > 0) return { text: text.slice(0, end - longest), stopped: true };
  }
  return { text, stopped: false };
}

function mulberry32(seed: number) {
  let a = seed;
  return (below: number) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

describe('createStopMatcher', () => {
  it('a stop matcher passes text through at once when there is no stop string', () => {
    expect(createStopMatcher([]).push('hello')).toEqual({ text: 'hello', stopped: false });
  });

  it('a stop matcher cuts at the stop string and drops the rest of the piece', () => {
    expect(run(['END'], ['one END two'])).toEqual({ text: 'one ', stopped: true });
  });

  it('a stop matcher finds a stop string that arrives in several pieces', () => {
    expect(run(['\nUser:'], ['hi', '\nUs', 'er', ': x'])).toEqual({ text: 'hi', stopped: true });
  });

  it('a stop matcher holds back only text that may start a stop string', () => {
    const matcher = createStopMatcher(['\nUser:']);
    expect(matcher.push('a\nUs').text).toBe('a');
    expect(matcher.push('ed').text).toBe('\nUsed');
  });

  it('a stop matcher keeps holding a shorter prefix when a longer one fails', () => {
    const matcher = createStopMatcher(['aab']);
    expect(matcher.push('aaa').text).toBe('a');
    expect(matcher.push('b')).toEqual({ text: '', stopped: true });
  });

  it('a stop matcher returns the held text on flush, once', () => {
    const matcher = createStopMatcher(['###']);
    expect(matcher.push('x##').text).toBe('x');
    expect(matcher.flush()).toBe('##');
    expect(matcher.flush()).toBe('');
  });

  it('a stop matcher returns no text after it has stopped', () => {
    const matcher = createStopMatcher(['.']);
    matcher.push('a.');
    expect(matcher.push('b')).toEqual({ text: '', stopped: true });
    expect(matcher.flush()).toBe('');
  });

  it('a stop matcher prefers the stop string that ends first, then the longest', () => {
    expect(run(['abcd', 'bc'], ['xabcd'])).toEqual({ text: 'xa', stopped: true });
    expect(run(['bc', 'abc'], ['xabc'])).toEqual({ text: 'x', stopped: true });
  });

  it('a stop matcher finds a stop string inside the prefix of a longer one', () => {
    expect(run(['he', 'she sells'], ['xshe'])).toEqual({ text: 'xs', stopped: true });
  });

  it('a stop matcher ignores empty stop strings', () => {
    expect(run(['', '!'], ['ab!'])).toEqual({ text: 'ab', stopped: true });
  });

  it('a stop matcher returns the same output for any split as the reference implementation', () => {
    const random = mulberry32(7);
    const word = (max: number) =>
      Array.from({ length: random(max + 1) }, () => ['a', 'b', '\n', '😀'][random(4)] ?? 'a').join('');
    for (let round = 0; round < 3000; round++) {
      const stops = Array.from({ length: random(5) }, () => word(5));
      const text = word(24);
      const pieces: string[] = [];
      for (let at = 0; at < text.length; ) {
        const length = random(6);
        pieces.push(text.slice(at, at + length));
        at += length;
      }
      expect(run(stops, pieces), JSON.stringify({ stops, pieces })).toEqual(reference(stops, text));
    }
  });

  it('a stop matcher stays linear on text that almost matches all the time', () => {
    const matcher = createStopMatcher([`${'a'.repeat(20_000)}b`, `${'a'.repeat(19_000)}c`]);
    const started = performance.now();
    let length = 0;
    for (let i = 0; i < 300_000; i++) length += matcher.push('a').text.length;
    expect(length + matcher.flush().length).toBe(300_000);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
