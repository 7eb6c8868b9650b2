import { describe, expect, it } from 'vitest';
import { toJson } from './json.ts';

describe('toJson', () => {
  it('toJson writes a single line for every reader, which parses to the same value', () => {
    const value = { 'key\u2028': ['a\u0085b\u2028c\u2029d\n\v\f\u001c\u001d\u001e\r', 'é😀'] };
    const text = toJson(value);
    expect(JSON.parse(text)).toEqual(value);
    // The line separators of str.splitlines of Python.
    for (const separator of '\n\v\f\r\u001c\u001d\u001e\u0085\u2028\u2029') expect(text).not.toContain(separator);
    expect(text).toContain('é😀');
  });
});
