/** The container in which a loop executes code: created by its first code, with the files that the loop names. */
import { basename } from 'node:path';
import type { ContainerRecord } from '../../storage/repositories/containers.ts';
import type { ProjectRepositories, Transactional } from '../../storage/repositories/repositories.ts';
import type { CodeContainer, CodeExecution } from '../../tools/tool.ts';
import { copyFiles, listAllFiles, type StoredContainerFile, withBlob } from '../containers/copy-files.ts';
import { deleteContainer } from '../containers/delete-container.ts';
import { type CodeOutput, executeCode } from '../containers/execute-code.ts';
import { DEFAULT_IDLE_MINUTES, DEFAULT_MEMORY_LIMIT } from '../containers/memory-limit.ts';
import { findRunningContainer } from '../containers/to-container.ts';
import { createFile } from '../files/create-file.ts';
import type { Services } from '../services.ts';

export interface LoopContainer {
  id: string;
  projectId: string;
  /** Its name if the loop creates it, also again in place of an expired one. Undefined: it must be running. */
  name?: string | undefined;
  memoryLimit?: string | null | undefined;
  /** Files of the project that are copied into it. */
  fileIds: readonly string[];
  /** Whether files that code writes are also files of the project. */
  savesFiles: boolean;
}

interface ContainerContext {
  services: Services;
  scope: Transactional<ProjectRepositories>;
  container: LoopContainer;
}

export function createCodeContainer(
  services: Services,
  scope: Transactional<ProjectRepositories>,
  container: LoopContainer,
): CodeContainer {
  const context = { services, scope, container };
  return { id: container.id, execute: (code, signal) => execute(context, code, signal) };
}

/** Names of the files that code finds, for the model. */
export async function listFilenames(scope: ProjectRepositories, { id, fileIds }: LoopContainer): Promise<string[]> {
  const existing = (await listAllFiles(scope, id)).map(({ path }) => basename(path));
  const given = await Promise.all(fileIds.map((fileId) => scope.files.retrieve(fileId)));
  return [...new Set([...existing, ...given.flatMap((file) => (file === undefined ? [] : [basename(file.filename)]))])];
}

async function execute(context: ContainerContext, code: string, signal: AbortSignal): Promise<CodeExecution> {
  const { services, scope, container } = context;
  const record = await open(context);
  const copying = { services, scope, signal };
  await copyFiles(copying, record.id, container.fileIds);
  const { status, isNew, outputs, files } = await executeCode(copying, record, code);
  return {
    status,
    isNew,
    outputs: await Promise.all(outputs.map((output) => toOutput(context, output, signal))),
    files: await Promise.all(
      files.map(async (file) => ({
        path: file.path,
        containerFileId: file.id,
        ...(await save(context, file, { contentType: OCTETS, signal })),
      })),
    ),
  };
}

const OCTETS = 'application/octet-stream';
const PNG = 'image/png';

async function open({ services, scope, container }: ContainerContext): Promise<ContainerRecord> {
  const { id, name, memoryLimit } = container;
  const existing = await scope.containers.retrieve(id);
  if (existing?.status === 'running' || name === undefined) return findRunningContainer(scope, id);
  if (existing !== undefined) await deleteContainer(services, scope, id);
  const limits = { memoryLimit: memoryLimit ?? DEFAULT_MEMORY_LIMIT, idleMinutes: DEFAULT_IDLE_MINUTES };
  await scope.containers.create({ id, name, ...limits, createdAt: services.clock.now() });
  return findRunningContainer(scope, id);
}

type Output = CodeExecution['outputs'][number];

async function toOutput(context: ContainerContext, output: CodeOutput, signal: AbortSignal): Promise<Output> {
  if (output.type === 'logs') return output;
  const { file, png } = output;
  const image = { type: 'image' as const, containerFileId: file.id, filename: basename(file.path) };
  if (context.container.savesFiles) return { ...image, ...(await save(context, file, { contentType: PNG, signal })) };
  return { ...image, url: `data:${PNG};base64,${Buffer.from(png).toString('base64')}` };
}

interface SaveOptions {
  contentType: string;
  signal: AbortSignal;
}

/** Copies a file of the container to the files of the project, if the loop does so. */
async function save(
  { services, scope, container: { id, projectId, savesFiles } }: ContainerContext,
  file: StoredContainerFile,
  { contentType, signal }: SaveOptions,
): Promise<{ fileId?: string }> {
  const stored = savesFiles ? await scope.containers.retrieveFile(id, file.id) : undefined;
  if (stored === undefined) return {};
  const named = { filename: basename(file.path), purpose: 'assistants_output', contentType };
  const content = services.blobs.read(stored.blob.key);
  const created = await withBlob({ services, scope, signal }, content, (blob) =>
    createFile(services, projectId, { ...named, blobs: [blob] }),
  );
  return { fileId: created.id };
}
