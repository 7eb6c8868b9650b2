import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { openSource } from './index.ts';
import { parseNpmReference } from './npm.ts';

/** An executable that behaves like `npm pack`. */
async function makeFakeNpm(script: string): Promise<string> {
  const directory = await temporaryDirectory();
  const path = join(directory, 'npm');
  await writeFile(path, `#!/bin/sh\nfor last; do :; done\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

async function download(command: string, signal = new AbortController().signal): Promise<string> {
  const part = join(await temporaryDirectory(), 'voices.tgz.part');
  await mkdir(join(part, '..'), { recursive: true });
  const source = openSource('npm:some-voices@1.2.3', { npmCommand: [command] });
  await source.download(part, {
    signal,
    offset: 0,
    checksumKnown: true,
    onTotal: async () => undefined,
    onProgress: () => undefined,
  });
  return await readFile(part, 'utf8');
}

describe('the source npm:', () => {
  it('writes the archive that npm packs, and passes the name and version', async () => {
    const npm = await makeFakeNpm('printf "%s %s" "$1" "$2" > "$last/some-voices-1.2.3.tgz"');
    expect(await download(npm)).toBe('pack some-voices@1.2.3');
  });

  it('fails with the reason that npm gives', async () => {
    const script = 'echo "npm error code E404\nnpm error 404 Not Found - some-voices" >&2; exit 1';
    await expect(download(await makeFakeNpm(script))).rejects.toThrow(
      'npm could not download some-voices@1.2.3: 404 Not Found - some-voices',
    );
  });

  it('fails where npm does not exist, or leaves no archive', async () => {
    await expect(download('/no/such/npm')).rejects.toThrow('npm was not found');
    await expect(download(await makeFakeNpm('exit 0'))).rejects.toThrow('npm left 0 archives');
  });

  it('ends npm when the pull is aborted', async () => {
    const controller = new AbortController();
    const running = download(await makeFakeNpm('exec sleep 60'), controller.signal);
    setTimeout(() => controller.abort(new Error('left')), 100);
    await expect(running).rejects.toThrow('left');
  });

  it.each(['npm:name', 'npm:name@latest', 'npm:../name@1.0.0', 'npm:name@1.0.0 --global', 'name@1.0.0'])(
    'does not accept %s as a reference',
    (reference) => {
      expect(parseNpmReference(reference)).toBeUndefined();
    },
  );

  it('accepts names with a scope', () => {
    expect(parseNpmReference('npm:@scope/name@1.0.0-beta.1')).toBe('@scope/name@1.0.0-beta.1');
  });
});
