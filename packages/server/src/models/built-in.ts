/**
 * The model that ships with the program, so that chat answers where nothing can be pulled. Invariant: it is listed only when its file
 * is whole and has the checksum that its manifest names.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { InstalledModel } from './installed.ts';

/** A published package carries the folder itself; a checkout has it at its root. */
const FOLDERS = ['../../models/nano/', '../../../../models/nano/'].map((path) => new URL(path, import.meta.url));

interface Manifest {
  id: string;
  file: string;
  bytes: number;
  sha256: string;
  contextTokens: number;
  licence: string;
  label: string;
}

/** 2026-11-21. */
const CREATED = 1_795_219_200;

/** The built-in models, or why one is not offered. */
export async function listBuiltInModels(
  folder: URL | undefined = FOLDERS.find((each) => existsSync(each)),
): Promise<{ models: InstalledModel[]; refused: string[] }> {
  if (folder === undefined) return { models: [], refused: [] };
  const text = await readFile(new URL('manifest.json', folder), 'utf8').catch(() => undefined);
  if (text === undefined) return { models: [], refused: [] };
  const manifest = JSON.parse(text) as Manifest;
  const path = fileURLToPath(new URL(manifest.file, folder));
  const content = await readFile(path).catch(() => undefined);
  if (content === undefined) return { models: [], refused: [`${path} is missing, though its manifest is there`] };
  const sha256 = createHash('sha256').update(content).digest('hex');
  if (sha256 !== manifest.sha256)
    return { models: [], refused: [`${path} has sha256 ${sha256} instead of ${manifest.sha256}`] };
  const { id, bytes, contextTokens, label, licence } = manifest;
  const facts = {
    id,
    kind: 'chat' as const,
    format: 'gguf' as const,
    path,
    bytes,
    sha256,
    contextTokens,
    label,
    createdAt: CREATED,
  };
  const terms = { id: licence, url: 'https://www.apache.org/licenses/LICENSE-2.0' };
  return {
    models: [{ ...facts, licence: terms, source: 'built in', ownedBy: 'selfsame', tier: 'built-in' }],
    refused: [],
  };
}
