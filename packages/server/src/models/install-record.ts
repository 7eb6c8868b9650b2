/** The record beside a pulled file, `FILE.json`: id, source and checksum. Written atomically. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { Licence } from './catalogue/catalogue-model.ts';
import type { Announcement } from './sources/source.ts';

export interface InstallRecord {
  id: string;
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
  /**
   * What the checksum was compared with: the catalogue, the source's announcement, or nothing (it was only recorded).
   */
  checkedAgainst: 'catalogue' | 'source' | 'nothing';
  /** The source's announcement before the download, if any. */
  announced?: Announcement;
  /** Reference of the source that delivered the file. */
  source: string;
  label: string;
  licence?: Licence;
  /** ISO 8601, UTC. */
  pulledAt: string;
}

/** The record of the model file at `path`; undefined = missing or unreadable. */
export async function readInstallRecord(path: string): Promise<InstallRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(recordPath(path), 'utf8')) as InstallRecord;
    return typeof record.id === 'string' && typeof record.sha256 === 'string' ? record : undefined;
  } catch {
    return undefined;
  }
}

export async function writeInstallRecord(path: string, record: InstallRecord): Promise<void> {
  const target = recordPath(path);
  await writeFile(`${target}.new`, `${JSON.stringify(record, null, 2)}\n`);
  await rename(`${target}.new`, target);
}

export async function deleteInstallRecord(path: string): Promise<void> {
  await rm(recordPath(path), { force: true });
}

function recordPath(path: string): string {
  return `${path}.json`;
}
