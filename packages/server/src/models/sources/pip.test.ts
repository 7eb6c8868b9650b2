import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { pipDownload } from './pip.ts';

const BROKEN = `WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno -2] Name or service not known')': /simple/six/`;
const NONE = `ERROR: Could not find a version that satisfies the requirement six==1.16.0 (from versions: none)
ERROR: No matching distribution found for six==1.16.0`;

/** Runs a script with these `lines` instead of pip; returns the path of the wheel or the error message. */
async function download(lines: string, before: readonly string[][] = []): Promise<string> {
  const folder = await temporaryDirectory();
  const directory = join(folder, 'wheels');
  await mkdir(directory);
  const script = join(folder, 'pip');
  await writeFile(script, `#!/bin/sh\n${lines}\n`);
  await chmod(script, 0o755);
  const signal = new AbortController().signal;
  const commands = [...before, [script]];
  const outcome = pipDownload({ requirement: 'six==1.16.0', directory, signal, commands });
  const text = await outcome.catch((error: Error) => error.message);
  return text.replace(folder, '');
}

function fail(output: string): string {
  return `cat >&2 <<'TEXT'\n${output}\nTEXT\nexit 1`;
}

describe('running pip', () => {
  it('requests one wheel, without dependencies and without building', async () => {
    const seen = await download(fail('').replace('exit 1', `echo "ERROR: $* TMPDIR=$TMPDIR"; exit 1`));
    for (const argument of ['download --no-deps --only-binary=:all:', '--no-input', '-d ', 'six==1.16.0']) {
      expect(seen).toContain(argument);
    }
    expect(seen).toMatch(/TMPDIR=\S+\/wheels\/tmp/);
  });

  it('names the index that could not be reached, without its credentials', async () => {
    expect(await download(fail(`${BROKEN}\n${NONE}`))).toBe(
      'pypi.org could not be reached by pip (the name is not known)',
    );
    const indexes = 'Looking in indexes: https://me:secret@mirror.example/simple, https://other.example:8443/simple';
    const refused = BROKEN.replace('Name or service not known', 'Connection refused');
    expect(await download(fail(`${indexes}\n${refused}\n${NONE}`))).toBe(
      'mirror.example, other.example:8443 could not be reached by pip (the connection was refused)',
    );
  });

  it('repeats the reason of pip for other failures', async () => {
    expect(await download(fail(NONE))).toContain('six==1.16.0: Could not find a version that satisfies');
    expect(await download(fail('Illegal instruction'))).toBe('pip could not download six==1.16.0: Illegal instruction');
  });

  it('tries the next command if a Python has no pip', async () => {
    const python = join(await temporaryDirectory(), 'python');
    await writeFile(python, '#!/bin/sh\necho "/usr/bin/python3: No module named pip" >&2\nexit 1\n');
    await chmod(python, 0o755);
    const wheel = 'while [ "$1" != "-d" ]; do shift; done; touch "$2/six-1.16.0-py3-none-any.whl"';
    expect(await download(wheel, [[python, '-m', 'pip']])).toBe('/wheels/six-1.16.0-py3-none-any.whl');
  });

  it('fails if pip leaves no wheel or several', async () => {
    expect(await download('true')).toBe('pip left 0 wheels for six==1.16.0');
    const two = 'while [ "$1" != "-d" ]; do shift; done; touch "$2/a.whl" "$2/b.whl"';
    expect(await download(two)).toBe('pip left 2 wheels for six==1.16.0');
  });
});
