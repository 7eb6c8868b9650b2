import { describe, expect, it } from 'vitest';
import { IgnoredParameters } from './ignored-parameters.ts';

function headerOf(...names: string[]): string | undefined {
  const ignored = new IgnoredParameters();
  for (const name of names) ignored.add(name);
  return ignored.header;
}

describe('the header x-selfsame-ignored', () => {
  it('returns no x-selfsame-ignored header when every parameter has an effect', () => {
    expect(headerOf()).toBeUndefined();
  });

  it('lists each ignored parameter once, in the order of arrival', () => {
    expect(headerOf('verbosity', 'tools[0].function.strict', 'verbosity')).toBe('verbosity, tools[0].function.strict');
  });

  it('percent-encodes commas, spaces, line breaks and non-ASCII characters of ignored names', () => {
    expect(headerOf('a,b c\r\nx-evil: 1', '温度', 'half \ud800')).toBe(
      'a%2Cb%20c%0D%0Ax-evil:%201, %E6%B8%A9%E5%BA%A6, half%20%EF%BF%BD',
    );
  });

  it('ends the list of ignored parameters with three dots after 20 names', () => {
    const names = Array.from({ length: 21 }, (_, i) => `p${i}`);
    expect(headerOf(...names.slice(0, 20))).toBe(names.slice(0, 20).join(', '));
    expect(headerOf(...names)).toBe(`${names.slice(0, 20).join(', ')}, ...`);
  });

  it('limits x-selfsame-ignored to 1,000 characters and leaves out names that do not fit', () => {
    const long = 'x'.repeat(600);
    expect(headerOf(long, `${long}y`)).toBe(`${long}, ...`);
    expect(headerOf('n'.repeat(1_000_000))).toBe('...');
  });
});
