/**
 * Lists the models on this machine: catalogue files, other model files in the model directory, and files and folders of
 * the configuration. Invariants: only model files and folders with an ONNX network are listed, others are refused with a
 * reason; ids are unique, the better tier wins.
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { MODEL_KIND_FACTS, type ModelKind } from '../engines/model-kinds.ts';
import { defined } from '../lib/defined.ts';
import type { CatalogueModel, Licence } from './catalogue/catalogue-model.ts';
import { catalogue } from './catalogue.ts';
import { type FileFormat, fileFormatOf, GGUF } from './file-formats.ts';
import { readInstallRecord } from './install-record.ts';
import { toModelId } from './model-reference.ts';
import { inspectOnnxFolder } from './onnx-folder.ts';

/** `yours`: added by the user as a file, a setting or a reference. `recommended`: from the catalogue. */
export type ModelTier = 'yours' | 'recommended' | 'built-in';

export interface InstalledModel {
  id: string;
  kind: ModelKind;
  /** Of one file, or `onnx`: a folder with the layout of hubs and an ONNX network. */
  format: FileFormat['name'] | 'onnx';
  /** Absolute path of the file or folder. */
  path: string;
  bytes: number;
  /** Lower-case hex, as recorded when the file was pulled; undefined for files that the user copied. */
  sha256?: string;
  licence?: Licence;
  /** One sentence: what the model is, and whether it is verified. */
  label: string;
  /** The reference of its source, or `BY_HAND`. */
  source: string;
  ownedBy: string;
  /** Jinja; undefined = the template in the file. */
  chatTemplate?: string;
  endOfTurn?: readonly string[];
  contextTokens?: number;
  /** Unix seconds. */
  createdAt: number;
  tier: ModelTier;
  /** Whether this project has run the model; undefined = unknown file. */
  tested?: boolean;
  /** Whether a chat model calls functions with `tool_choice: auto`; undefined = unknown. */
  callsFunctions?: boolean;
}

export interface InstalledModels {
  /** Best first. */
  models: InstalledModel[];
  /** One sentence per file that is not offered, with its path and the reason. */
  refused: string[];
}

const TIERS: readonly ModelTier[] = ['yours', 'recommended', 'built-in'];
const SHARD = /-\d{5}-of-\d{5}\.gguf$/i;
const PROJECTOR = /^mmproj-/i;
const BY_HAND = 'put there by hand';
const NOT_VERIFIED = 'not verified: no source states its checksum.';
const NO_TEMPLATE = 'It has no chat template, so that it takes no messages.';

/** `extraPaths`: model files and folders of the configuration, best first. The model directory need not exist. */
export async function listInstalledModels(
  directory: string,
  extraPaths: readonly string[] = [],
): Promise<InstalledModels> {
  const found: InstalledModel[] = [];
  const refused: string[] = [];
  const configured = extraPaths.map((path) => resolve(path));
  for (const path of new Set(configured)) await addModel(path, { found, refused, configured: true });
  for (const path of await listFiles(directory)) {
    if (!configured.includes(path)) await addModel(path, { found, refused, configured: false });
  }
  const models: InstalledModel[] = [];
  for (const model of orderByPreference(found)) {
    const existing = models.find(({ id }) => id === model.id);
    if (existing === undefined) models.push(model);
    else
      refused.push(
        `${model.path} would also be called '${model.id}', which is ${existing.path}; give it another file name`,
      );
  }
  return { models, refused };
}

/** By tier, then recommended ones in the order of the catalogue; otherwise stable. */
export function orderByPreference(models: readonly InstalledModel[]): InstalledModel[] {
  const rank = ({ id }: InstalledModel) => catalogue.findIndex((entry) => entry.id === id);
  return TIERS.flatMap((tier) => {
    const ofTier = models.filter((model) => model.tier === tier);
    return tier === 'recommended' ? ofTier.toSorted((a, b) => rank(a) - rank(b)) : ofTier;
  });
}

export interface DefaultModel {
  model: InstalledModel;
  /** The reason for the choice, as a sentence. */
  reason: string;
}

/** Chooses the default among models of one kind; undefined = there are none. */
export function chooseDefault(installed: readonly InstalledModel[]): DefaultModel | undefined {
  const [model] = orderByPreference(installed);
  if (model === undefined) return undefined;
  const why = {
    yours: 'a model of your own comes before the recommended and the built-in ones',
    recommended: 'no model of your own is here, and a recommended one comes before the built-in ones',
    'built-in': 'neither a model of your own nor a recommended one is here',
  };
  const others = installed.filter((other) => other.tier === model.tier).length - 1;
  const first = others > 0 ? `; it is the first of ${others + 1} of its kind` : '';
  return { model, reason: `${model.id} answers: ${why[model.tier]}${first}.` };
}

interface Findings {
  found: InstalledModel[];
  refused: string[];
  configured: boolean;
}

async function addModel(path: string, { found, refused, configured }: Findings): Promise<void> {
  const result = await inspect(path, configured);
  if (typeof result === 'string') refused.push(`${path} ${result}`);
  else found.push(result);
}

/** Returns the model, or the reason why it is refused as a predicate whose subject is the path. */
async function inspect(path: string, configured: boolean): Promise<InstalledModel | string> {
  const file = basename(path);
  const status = await stat(path).catch(() => undefined);
  if (status === undefined) return 'is named in the configuration but does not exist or cannot be read';
  if (status.isDirectory()) return await fromFolder(path, Math.floor(status.mtimeMs / 1_000));
  if (SHARD.test(file)) return 'is one part of a split model; split models are not supported, use a single file';
  if (PROJECTOR.test(file)) return 'is a vision projector, not a language model';
  const entry = catalogue.find((model) => model.file === file);
  // If the catalogue pins no size, the size that the source announced is expected.
  const wholeBytes = entry?.bytes ?? (entry && (await readInstallRecord(path))?.bytes);
  const whole = entry !== undefined && status.size === wholeBytes;
  if (wholeBytes !== undefined && !whole && !configured) {
    return `has ${status.size} bytes instead of ${wholeBytes}; \`selfsame pull ${entry?.id}\` pulls it again`;
  }
  const format = fileFormatOf(file) ?? GGUF;
  const error = await format.findError(path).catch((error: unknown) => `cannot be read: ${String(error)}`);
  if (error !== undefined) return error;
  const facts = { path, bytes: status.size, format };
  if (whole) return { ...(await fromCatalogue(entry, facts)), ...(configured && { tier: 'yours' as const }) };
  return await fromUser(file, { ...facts, modifiedAt: Math.floor(status.mtimeMs / 1_000) });
}

interface FileFacts {
  path: string;
  bytes: number;
  format: FileFormat;
}

async function fromCatalogue(entry: CatalogueModel, { format, ...facts }: FileFacts): Promise<InstalledModel> {
  const record = await readInstallRecord(facts.path);
  const { id, kind, licence, label, ownedBy, chatTemplate, endOfTurn, contextTokens, created, tested } = entry;
  return {
    id,
    kind,
    format: format.name,
    ...facts,
    ...defined({ sha256: record?.sha256 }),
    licence,
    label,
    source: record?.source ?? BY_HAND,
    ownedBy,
    ...defined({ chatTemplate, endOfTurn, contextTokens }),
    createdAt: created,
    tier: 'recommended',
    tested,
    ...defined({ callsFunctions: entry.callsFunctions }),
  };
}

async function fromUser(
  file: string,
  { path, bytes, format, modifiedAt }: FileFacts & { modifiedAt: number },
): Promise<InstalledModel> {
  const record = await readInstallRecord(path);
  const own = record !== undefined && record.bytes === bytes ? record : undefined;
  const { kind, hasChatTemplate, hasFunctions } = await format.describe(path);
  const { takesMessages } = MODEL_KIND_FACTS[kind];
  const label = own?.label ?? `${file}, a model file of your own; ${NOT_VERIFIED}`;
  return {
    id: toModelId(file),
    kind,
    format: format.name,
    path,
    bytes,
    ...defined({ sha256: own?.sha256, licence: own?.licence }),
    label: takesMessages && hasChatTemplate !== true ? `${label} ${NO_TEMPLATE}` : label,
    source: own?.source ?? BY_HAND,
    ownedBy: 'user',
    createdAt: modifiedAt,
    tier: 'yours',
    // A chat template without functions belongs to a model that was not trained to call any.
    ...(takesMessages && hasFunctions !== true && { callsFunctions: false }),
  };
}

async function fromFolder(path: string, modifiedAt: number): Promise<InstalledModel | string> {
  const bytes = await inspectOnnxFolder(path);
  if (typeof bytes === 'string') return bytes;
  const name = basename(path);
  return {
    id: toModelId(name),
    kind: 'embedding',
    format: 'onnx',
    path,
    bytes,
    label: `${name}, a folder of your own with an ONNX embedding model; ${NOT_VERIFIED}`,
    source: BY_HAND,
    ownedBy: 'user',
    createdAt: modifiedAt,
    tier: 'yours',
  };
}

/** Model files of the directory by name, in alphabetical order. */
async function listFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => fileFormatOf(name) !== undefined)
    .toSorted()
    .map((name) => resolve(join(directory, name)));
}
