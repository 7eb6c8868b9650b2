/**
 * The models that ship with the program, for installations that cannot pull any. Invariant: a model is listed only if
 * its file has the checksum of its manifest.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { MODEL_KIND_FACTS, MODEL_KINDS, type ModelKind } from '../engines/model-kinds.ts';
import type { InstalledModel } from './installed.ts';

/** The first path exists in a published package, the second in a checkout. */
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

interface BuiltInModels {
  models: InstalledModel[];
  /** One sentence per model that is not offered. */
  refused: string[];
}

export async function listBuiltInModels(
  folder: URL | undefined = FOLDERS.find((each) => existsSync(each)),
): Promise<BuiltInModels> {
  const found: BuiltInModels = { models: [], refused: [] };
  if (folder === undefined) return found;
  for (const kind of MODEL_KINDS) {
    const { builtInManifest: name } = MODEL_KIND_FACTS[kind];
    if (name === undefined) continue;
    const manifest = new URL(name, folder);
    const text = await readFile(manifest, 'utf8').catch(() => undefined);
    // A folder without a model of a kind is valid.
    if (text === undefined) continue;
    const model = await openBuiltIn(JSON.parse(text) as Manifest, kind, folder);
    if (typeof model === 'string') found.refused.push(model);
    else found.models.push(model);
  }
  return found;
}

/** Returns the model, or the reason why it is not offered. */
async function openBuiltIn(manifest: Manifest, kind: ModelKind, folder: URL): Promise<InstalledModel | string> {
  const { id, file, bytes, contextTokens, label, licence } = manifest;
  const path = fileURLToPath(new URL(file, folder));
  const content = await readFile(path).catch(() => undefined);
  if (content === undefined) return `${path} is missing, though its manifest is there`;
  const sha256 = createHash('sha256').update(content).digest('hex');
  if (sha256 !== manifest.sha256) return `${path} has sha256 ${sha256} instead of ${manifest.sha256}`;
  const facts = { id, kind, format: 'gguf' as const, path, bytes, sha256, contextTokens, label, createdAt: CREATED };
  const terms = { id: licence, url: 'https://www.apache.org/licenses/LICENSE-2.0' };
  return { ...facts, licence: terms, source: 'built in', ownedBy: 'selfsame', tier: 'built-in' };
}
