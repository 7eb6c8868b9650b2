import { expect, it } from 'vitest';
import { innerArguments, outerArguments } from './arguments.ts';

// An attempt cannot show these: the seccomp filter, the number of processes or the environment of `bwrap` refuse first.
it('keeps protections that others imply', () => {
  expect(innerArguments([], 3)).toEqual(expect.arrayContaining(['--disable-userns', '--new-session', '--clearenv']));
});

it('gives the outer process only the capabilities for its mount and its namespace', () => {
  const outer = outerArguments('bwrap', 1, { descriptor: 4, command: ['python3'] });
  expect(outer.filter((argument) => argument.startsWith('CAP_'))).toEqual(['CAP_SYS_ADMIN', 'CAP_SETFCAP']);
});
