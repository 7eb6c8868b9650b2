import { expect, it } from 'vitest';
import { findCatalogueModel } from '../models/catalogue.ts';
import { tellFailedPull } from './models.ts';

it('says that no model is here only where none is', () => {
  const starter = findCatalogueModel('gemma-3-270m-it');
  if (starter === undefined) throw new Error('gemma-3-270m-it is not in the catalogue');
  const alone = 'The chat model gemma-3-270m-it could not be pulled, and no other chat model is here: offline';
  expect(tellFailedPull(starter, false, 'offline')).toBe(alone);
  expect(tellFailedPull(starter, true, 'offline')).toBe('The chat model gemma-3-270m-it could not be pulled: offline');
});
