import { expect, it } from 'vitest';
import { rewriteQuery } from './rewrite-query.ts';

it.each([
  ['What is the height of the main office building?', 'height of the main office building'],
  ['Hello, can you please tell me about  the opening hours?', 'opening hours'],
  ["I'm looking for a recipe, please.", 'recipe'],
  ['How do I restart the server?', 'restart the server'],
  ['Das Haus am See', 'Das Haus am See'],
  ['who?', 'who?'],
  ['when', 'when'],
])('rewrites the query %j to %j', (query, expected) => {
  expect(rewriteQuery(query)).toBe(expected);
});
