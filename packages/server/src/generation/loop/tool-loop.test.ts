import { expect, it } from 'vitest';
import { toChoice } from './tool-loop.ts';

const turn = (text: string) => [{ id: 'call_1', name: 'f', arguments: text, output: '' }];

it('a loop requires what the request says in its first turn only', () => {
  expect(toChoice([])).toBe('requested');
  expect(toChoice([turn('1')])).toBe('auto');
});

it('a loop asks for an answer when the model repeats its calls, and after eight turns', () => {
  expect(toChoice([turn('1'), turn('2')])).toBe('auto');
  expect(toChoice([turn('1'), turn('1')])).toBe('none');
  expect(toChoice([turn('1'), turn('2'), turn('1')])).toBe('auto');
  const seven = Array.from({ length: 7 }, (_, index) => turn(String(index)));
  expect(toChoice(seven)).toBe('auto');
  expect(toChoice([...seven, turn('8')])).toBe('none');
});
