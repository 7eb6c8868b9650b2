import { describe, expect, it } from 'vitest';
import { maskKey } from './mask-key.ts';

describe('maskKey', () => {
  it('maskKey shows four characters at each end of a long secret', () => {
    expect(maskKey('sk-abcdefghijklmnopqrstuvwxyz')).toBe('sk-a***wxyz');
  });

  it('maskKey shows nothing of a short secret', () => {
    expect(maskKey('')).toBe('***');
    expect(maskKey('hunter2')).toBe('***');
    expect(maskKey('x'.repeat(19))).toBe('***');
    expect(maskKey('x'.repeat(20))).toBe('xxxx***xxxx');
  });

  it('maskKey replaces control and non-ASCII characters', () => {
    const masked = maskKey(`s\n\u001b[${'x'.repeat(20)} é\r🗝`);
    expect(masked).toMatch(/^[\x21-\x7e]{11}$/);
  });
});
