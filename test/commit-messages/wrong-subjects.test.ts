import { expect, it } from 'vitest';
import { wrongSubjects } from './wrong-subjects.ts';

it('accepts Conventional Commits and merges', () => {
  const subjects = ['feat(responses): resume streams', 'fix!: refuse nulls', 'ci: run ruff', 'Merge branch main'];
  expect(wrongSubjects(subjects)).toEqual([]);
});

it('names subjects without a type, with a full stop, and of more than 72 characters', () => {
  const subjects = ['threads: tail runs', 'fix(http): end.', `docs: ${'a'.repeat(70)}`, 'feature(http): x'];
  expect(wrongSubjects(subjects)).toEqual(subjects);
});
