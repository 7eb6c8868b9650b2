import { expect, it } from 'vitest';
import { starterSet } from '../models/catalogue.ts';
import { tellFailedPull } from './models.ts';

it('says that no model is here only where none is', () => {
  const [starter] = starterSet;
  if (starter === undefined) throw new Error('there is no starter model');
  const alone = 'The chat model gemma-3-270m could not be pulled, and no other chat model is here: offline';
  expect(tellFailedPull(starter, false, 'offline')).toBe(alone);
  expect(tellFailedPull(starter, true, 'offline')).toBe('The chat model gemma-3-270m could not be pulled: offline');
});
