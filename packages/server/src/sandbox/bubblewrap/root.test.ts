import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_SANDBOX_LIMITS, SandboxUnavailableError } from '../sandbox.ts';
import { canExecuteCode } from '../testing/can-execute-code.ts';
import { createBubblewrapSandbox } from './bubblewrap.ts';
import { findRootPaths } from './root.ts';

const canRun = await canExecuteCode();

let image = '';
afterEach(() => rmSync(image, { recursive: true, force: true }));

function copy(path: string, target = path): void {
  mkdirSync(dirname(join(image, target)), { recursive: true });
  cpSync(path, join(image, target), { recursive: true, filter: (source) => !/\/(test|__pycache__)$/.test(source) });
}

/** A folder with Python and its libraries, without the layout of Debian. */
function createImage(): void {
  image = mkdtempSync('/tmp/selfsame-image-');
  chmodSync(image, 0o755);
  const python = realpathSync('/usr/bin/python3');
  copy(python, '/usr/local/bin/python3');
  copy(`/usr/lib/${basename(python)}`);
  for (const [, path] of execFileSync('ldd', [python], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)) {
    const library = realpathSync(path ?? '');
    copy(library, path?.startsWith('/lib64/') ? `/usr${path}` : `/usr/lib/${basename(path ?? '')}`);
  }
  execFileSync('ln', ['-s', 'usr/lib', 'usr/lib64', image]);
}

describe('the root of a session', () => {
  it.skipIf(!canRun)('is that of an image folder, read-only, without its shells and set-id programs', async () => {
    createImage();
    writeFileSync(join(image, 'usr/lib/busybox'), 'shell');
    writeFileSync(join(image, 'usr/lib/helper'), 'set-id');
    writeFileSync(join(image, 'usr/lib/marker'), 'image');
    chmodSync(join(image, 'usr/lib/helper'), 0o4755);
    // Every user may write here.
    chmodSync(join(image, 'usr/lib'), 0o777);
    const session = await createBubblewrapSandbox({ root: image }).open(DEFAULT_SANDBOX_LIMITS);
    const code = [
      'for name in ("busybox", "helper", "marker"):',
      '  try: print(open("/usr/lib/" + name).read())',
      '  except PermissionError: print(name)',
      'try: open("/usr/lib/new", "w")',
      'except OSError as error: print(error.errno)',
    ].join('\n');
    let logs = '';
    for await (const output of session.run(code, new AbortController().signal)) {
      if (output.type === 'logs') logs += output.text;
    }
    await session.destroy();
    expect(logs).toBe('busybox\nhelper\nimage\n30\n');
  });

  it.skipIf(!existsSync('/etc/debian_version'))('contains the libraries of Debian, not all of /usr', async () => {
    const { mounts } = await findRootPaths('');
    expect(mounts.filter((path) => path.startsWith('/usr/lib/python3'))).not.toEqual([]);
    for (const path of ['/usr', '/usr/lib', '/usr/bin', '/usr/share', '/etc']) expect(mounts).not.toContain(path);
  });

  it('names what is missing if the folder has no Python', async () => {
    image = mkdtempSync('/tmp/selfsame-image-');
    const opening = createBubblewrapSandbox({ root: image }).open(DEFAULT_SANDBOX_LIMITS);
    await expect(opening).rejects.toThrow(SandboxUnavailableError);
    await expect(opening).rejects.toThrow(
      `There is no Python at /usr/bin/python3 or /usr/local/bin/python3 of ${image}`,
    );
  });
});
