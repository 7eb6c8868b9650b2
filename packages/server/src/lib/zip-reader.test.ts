import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeZip } from './testing/zip.ts';
import { listZipEntries, readZipEntry } from './zip-reader.ts';

const TEXT = Buffer.from('All work and no play makes a dull day. '.repeat(10_000));
const python = spawnSync('python3', ['--version']).status === 0;

let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'selfsame-zip-'));
});

afterAll(async () => rm(directory, { recursive: true, force: true }));

async function save(bytes: Buffer): Promise<string> {
  const path = join(directory, `${crypto.randomUUID()}.zip`);
  await writeFile(path, bytes);
  return path;
}

async function readAll(path: string, name: string): Promise<Buffer> {
  const entry = (await listZipEntries(path)).find((each) => each.name === name);
  if (entry === undefined) throw new Error(`no ${name}`);
  const chunks: Buffer[] = [];
  for await (const chunk of readZipEntry(path, entry)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const sample = (): Buffer =>
  makeZip([
    { name: 'a/stored.txt', content: TEXT, stored: true },
    { name: 'a/deflated.txt', content: TEXT },
    { name: 'empty', content: Buffer.alloc(0), stored: true },
  ]);

describe('zip reader', () => {
  it('the zip reader lists entries with their sizes and streams stored, deflated and empty ones', async () => {
    const path = await save(sample());
    const entries = await listZipEntries(path);
    expect(entries.map(({ name, bytes, method }) => [name, bytes, method])).toEqual([
      ['a/stored.txt', TEXT.length, 0],
      ['a/deflated.txt', TEXT.length, 8],
      ['empty', 0, 0],
    ]);
    for (const name of ['a/stored.txt', 'a/deflated.txt']) expect((await readAll(path, name)).equals(TEXT)).toBe(true);
    expect(await readAll(path, 'empty')).toHaveLength(0);
  });

  it.skipIf(!python)('the zip reader reads a zip of Python with a comment and extra fields', async () => {
    const path = join(directory, 'python.whl');
    const script = `
import zipfile, sys
with zipfile.ZipFile(sys.argv[1], 'w') as z:
    with z.open(zipfile.ZipInfo('forced'), 'w', force_zip64=True) as f: f.write(b'extra field in the local header')
    z.writestr('plain', b'x' * 300000, compress_type=zipfile.ZIP_DEFLATED)
    z.writestr('bzip', b'x' * 3000, compress_type=zipfile.ZIP_BZIP2)
    z.comment = b'a comment at the end'
`;
    expect(spawnSync('python3', ['-c', script, path]).status).toBe(0);
    expect((await readAll(path, 'forced')).toString()).toBe('extra field in the local header');
    expect((await readAll(path, 'plain')).equals(Buffer.alloc(300_000, 'x'))).toBe(true);
    await expect(readAll(path, 'bzip')).rejects.toThrow("'bzip' uses compression method 12");
  });

  it('the zip reader refuses changed content of stored and deflated entries', async () => {
    const stored = sample();
    stored[200] = (stored[200] ?? 0) ^ 1;
    await expect(readAll(await save(stored), 'a/stored.txt')).rejects.toThrow('wrong CRC-32');
    const deflated = sample();
    const offset = TEXT.length + 42 + 44 + 60;
    deflated[offset] = (deflated[offset] ?? 0) ^ 0xff;
    await expect(readAll(await save(deflated), 'a/deflated.txt')).rejects.toThrow(
      /cannot be unpacked|CRC-32|longer|bytes/,
    );
  });

  it('the zip reader refuses a truncated file, an empty file and files that are not a zip', async () => {
    const whole = sample();
    for (const bytes of [
      whole.subarray(0, whole.length - 30),
      Buffer.alloc(0),
      Buffer.from('<html>not found</html>'),
    ]) {
      await expect(listZipEntries(await save(bytes))).rejects.toThrow('not a complete zip file');
    }
  });

  it('the zip reader refuses zip64 and encryption by name', async () => {
    const count = sample();
    count.writeUInt16LE(0xffff, count.length - 12);
    await expect(listZipEntries(await save(count))).rejects.toThrow('zip64');
    const central = sample();
    const first = central.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    central.writeUInt32LE(0xffffffff, first + 24);
    await expect(listZipEntries(await save(central))).rejects.toThrow("'a/stored.txt' needs zip64");
    const secret = sample();
    secret.writeUInt16LE(1, first + 8);
    await expect(readAll(await save(secret), 'a/stored.txt')).rejects.toThrow('encrypted');
  });

  it('the zip reader stops at an entry that unpacks to more bytes than its directory says', async () => {
    const bomb = sample();
    const second = bomb.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02])) + 46 + 'a/stored.txt'.length;
    bomb.writeUInt32LE(1_000, second + 24);
    await expect(readAll(await save(bomb), 'a/deflated.txt')).rejects.toThrow('longer than its directory says');
  });
});
