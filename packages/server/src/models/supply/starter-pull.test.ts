import { expect, it } from 'vitest';
import { findCatalogueModel } from '../catalogue.ts';
import { describeFailedPull } from './starter-pull.ts';

it('describeFailedPull mentions the lack of other models only if there is none', () => {
  const starter = findCatalogueModel('gemma-3-270m-it');
  if (starter === undefined) throw new Error('gemma-3-270m-it is not in the catalogue');
  const alone = 'The chat model gemma-3-270m-it could not be pulled, and no other chat model is here: offline';
  expect(describeFailedPull(starter, false, 'offline')).toBe(alone);
  expect(describeFailedPull(starter, true, 'offline')).toBe(
    'The chat model gemma-3-270m-it could not be pulled: offline',
  );
});
