/** The completion scripts, run by their shells. A shell that is not installed is skipped. */
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAUNCHER, run, runProgram } from './testing/run-program.ts';

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-completion-'));
  const program = join(folder, 'selfsame');
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${LAUNCHER}" "$@"\n`);
  await chmod(program, 0o755);
  await writeFile(join(folder, 'notes.txt'), '');
  env = { PATH: `${folder}:${process.env['PATH'] ?? ''}`, HOME: folder };
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function shell(name: string, words: string[], script: string): Promise<string[]> {
  const { stdout, stderr } = await run(name, [...words, script], { env, cwd: folder });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

describe('selfsame completion', () => {
  it.skipIf(!has('bash'))(
    'completes in bash',
    async () => {
      const script = `
      eval "$(selfsame completion bash)"
      try() { COMP_LINE="$1"; COMP_POINT=\${#1}; COMPREPLY=(); _selfsame; echo "\${COMPREPLY[*]}"; }
      try 'selfsame ap'
      try 'selfsame api vector-stores f'
      try 'selfsame api vector-stores list --order '
      try 'selfsame api vector-stores search vs_1 --ranking-options.'
      try 'selfsame api files create --file @no'`;
      expect(await shell('bash', ['--norc', '-c'], script)).toEqual([
        'api',
        'file-batches files',
        'asc desc',
        '--ranking-options.ranker --ranking-options.score-threshold',
        '@notes.txt',
      ]);
    },
    60_000,
  );

  it.skipIf(!has('fish'))(
    'completes in fish',
    async () => {
      const script = `
      selfsame completion fish | source
      complete -C 'selfsame ap'
      complete -C 'selfsame api vector-stores f'
      complete -C 'selfsame api vector-stores list --order '
      complete -C 'selfsame api files create --file @no'`;
      expect(await shell('fish', ['--no-config', '-c'], script)).toEqual([
        'api',
        expect.stringMatching(/^files\t\d+ commands$/),
        expect.stringMatching(/^file-batches\t\d+ commands$/),
        'asc',
        'desc',
        '@notes.txt',
      ]);
    },
    60_000,
  );

  it.skipIf(!has('zsh'))(
    'completes in an interactive zsh',
    async () => {
      const script = `
      zmodload zsh/zpty
      zpty -b terminal zsh -f -i
      out=''
      await() { repeat 200; do
        while zpty -r -t terminal piece; do out+="$piece"; done
        [[ "$out" == *"$1"* ]] && { print -r -- "found $1"; return }
        sleep 0.1
      done; print -r -- "no $1 in \${(V)out}" }
      zpty -w terminal 'autoload -Uz compinit; compinit -u -D; eval "$(selfsame completion zsh)"; print REA""DY'
      await READY
      zpty -w -n terminal $'selfsame api vector-stores list --or\\t'
      await --order
      zpty -w -n terminal $'d\\t'
      await desc
      zpty -w -n terminal $'--base-url @no\\t'
      await @notes.txt
      zpty -d terminal`;
      expect(await shell('zsh', ['-f', '-c'], script)).toEqual([
        'found READY',
        'found --order',
        'found desc',
        'found @notes.txt',
      ]);
    },
    60_000,
  );

  it('refuses a shell without a script', async () => {
    expect(await runProgram(['completion', 'tcsh'])).toMatchObject({
      code: 1,
      stderr: "selfsame: no completion for 'tcsh': bash, zsh and fish have one.\n",
    });
  });
});
