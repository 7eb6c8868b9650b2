/**
 * Checks that the subjects of new commits follow Conventional Commits: `node test/commit-messages/check.ts`. Prints
 * each wrong subject and exits with 1. A clone without the first checked commit (a shallow one) checks all commits that
 * it has after the last old one.
 */
import { execFileSync } from 'node:child_process';
import { wrongSubjects } from './wrong-subjects.ts';

/** The last commit with a subject that the check does not accept. */
const LAST_OLD_COMMIT = 'd474da24d9173f043d6ae41504da72ae63462649';

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
}

function newCommits(): string {
  try {
    return git('log', '--format=%s', `${LAST_OLD_COMMIT}..HEAD`);
  } catch {
    return git('log', '--format=%s', '--max-count=1');
  }
}

const wrong = wrongSubjects(newCommits().split('\n').filter(Boolean));
for (const subject of wrong) console.error(`Not a Conventional Commit of at most 72 characters: ${subject}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
