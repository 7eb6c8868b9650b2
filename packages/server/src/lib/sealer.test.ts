import { expect, it } from 'vitest';
import { createSealer } from './sealer.ts';

const sealer = createSealer('a secret');
const TEXT = 'Größe 🗂, and a secret plan';

it('a sealer opens what another process with the same secret sealed', () => {
  const sealed = createSealer('a secret').seal(TEXT, 'compaction:proj_1');
  expect(sealer.open(sealed, 'compaction:proj_1')).toBe(TEXT);
  expect(sealer.open(sealer.seal('', 'p'), 'p')).toBe('');
});

it('a sealed text hides its content, and differs each time', () => {
  const [first, second] = [sealer.seal(TEXT, 'p'), sealer.seal(TEXT, 'p')];
  expect(first).not.toBe(second);
  expect(Buffer.from(first, 'base64url').toString('latin1')).not.toContain('secret plan');
});

it('a sealer opens nothing that was changed, or sealed with another secret or for another purpose', () => {
  const sealed = sealer.seal(TEXT, 'p');
  const bytes = Buffer.from(sealed, 'base64url');
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(sealer.open(changed.toString('base64url'), 'p'), `byte ${index}`).toBeUndefined();
  }
  expect(sealer.open(sealed, 'q')).toBeUndefined();
  expect(createSealer('another secret').open(sealed, 'p')).toBeUndefined();
  for (const other of ['', 'AQ', 'no base64 at all', `${sealed} `, sealed.slice(0, 20), sealed.slice(0, -4)]) {
    expect(sealer.open(other, 'p'), other).toBeUndefined();
  }
});
