/** Conventional Commits: `type(scope): imperative summary`, at most 72 characters. Merges are exempt. */
const SUBJECT = /^(feat|fix|perf|refactor|test|docs|build|ci|chore|revert)(\([a-z0-9-]+\))?!?: [^\s.].*[^.]$/;
const MAX_CHARACTERS = 72;

export function wrongSubjects(subjects: readonly string[]): string[] {
  return subjects.filter(
    (subject) => !subject.startsWith('Merge ') && (!SUBJECT.test(subject) || subject.length > MAX_CHARACTERS),
  );
}
