import { describe, expect, it } from 'vitest';
import { maskKey } from './mask-key.ts';

describe('maskKey', () => {
  it('shows four characters at each end of a long secret', () => {
    expect(maskKey('sk-abcdefghijklmnopqrstuvwxyz')).toBe('sk-a***wxyz');
  });

  it('shows nothing of a short one', () => {
    expect(maskKey('')).toBe('***');
    expect(maskKey('hunter2')).toBe('***');
    expect(maskKey('x'.repeat(19))).toBe('***');
    expect(maskKey('x'.repeat(20))).toBe('xxxx***xxxx');
  });

  it('lets no control or non-ASCII character into a header or a terminal', () => {
    const masked = maskKey(`s\n\u001b[${'x'.repeat(20)} é\r🗝`);
    expect(masked).toMatch(/^[\x21-\x7e]{11}$/);
  });
});
