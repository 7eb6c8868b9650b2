/**
 * Executes code in a container. Before it, the interpreter gets the stored files of the container; after it, the files
 * that the code wrote are stored, and those that it deleted are deleted.
 */
import { errors } from '../../errors/catalogue.ts';
import { only } from '../../lib/async-iterables.ts';
import { type SandboxFile, SandboxInterruptedError, type SandboxOutput } from '../../sandbox/sandbox.ts';
import type { ContainerRecord } from '../../storage/repositories/containers.ts';
import {
  type CopyContext,
  FOLDER,
  listAllFiles,
  putContainerFile,
  type StoredContainerFile,
  withBlob,
} from './copy-files.ts';
import type { Interpreter, Interpreters } from './interpreters.ts';

export type CodeOutput = { type: 'logs'; text: string } | { type: 'image'; png: Uint8Array; file: StoredContainerFile };

export interface CodeResult {
  /** `interrupted`: the code did not end. It may have had effects, and must not be executed again. */
  status: 'completed' | 'failed' | 'interrupted';
  outputs: CodeOutput[];
  /** Files that the code wrote, without its images. */
  files: StoredContainerFile[];
  /** Whether variables of earlier code are absent. */
  isNew: boolean;
}

export interface ExecuteContext extends CopyContext {
  services: CopyContext['services'] & { interpreters: Interpreters };
}

interface CallContext extends ExecuteContext {
  container: ContainerRecord;
  interpreter: Interpreter;
}

/** @throws ApiError if the container has expired, and the reason of the signal. */
export async function executeCode(
  context: ExecuteContext,
  container: ContainerRecord,
  code: string,
): Promise<CodeResult> {
  const { services, scope, signal } = context;
  if (!(await scope.containers.use(container.id))) throw errors.containerExpired(container.id);
  return services.interpreters.use(container, async (interpreter, isNew) => {
    const call = { ...context, container, interpreter };
    const outputs: CodeOutput[] = [];
    try {
      await putStoredFiles(call);
      const end = await collect(call, code, outputs);
      const files = await storeFiles(call, end.files, outputs);
      await scope.containers.use(container.id);
      return { status: end.status, outputs, files, isNew };
    } catch (error) {
      if (!(error instanceof SandboxInterruptedError)) throw error;
      signal.throwIfAborted();
      addLogs(outputs, `\n[${error.message}]\n`);
      return { status: 'interrupted' as const, outputs, files: [], isNew };
    }
  });
}

function addLogs(outputs: CodeOutput[], text: string): void {
  const last = outputs.at(-1);
  if (last?.type === 'logs') last.text += text;
  else outputs.push({ type: 'logs', text });
}

type End = Extract<SandboxOutput, { type: 'end' }>;

async function collect(context: CallContext, code: string, outputs: CodeOutput[]): Promise<End> {
  const { interpreter, signal } = context;
  let end: End | undefined;
  for await (const output of interpreter.session.run(code, signal)) {
    if (output.type === 'end') end = output;
    else if (output.type === 'logs') addLogs(outputs, output.text);
    else outputs.push({ ...output, file: await storeImage(context, output.png) });
  }
  if (end === undefined) throw new SandboxInterruptedError('output');
  return end;
}

/** A shown image is a file of the container with a name of its own. */
async function storeImage(context: CallContext, png: Uint8Array): Promise<StoredContainerFile> {
  const { services, container } = context;
  const path = `${FOLDER}${services.ids('figure_')}.png`;
  return withBlob(context, only(png), (blob) =>
    putContainerFile(context, container.id, { path, source: 'assistant', originFileId: null, blob }),
  );
}

const toName = (path: string) => path.slice(FOLDER.length);

/** Makes the files of the interpreter those that are stored. */
async function putStoredFiles({ services, scope, container, interpreter }: CallContext): Promise<void> {
  const { session, fileIds } = interpreter;
  const stored = await listAllFiles(scope, container.id);
  const paths = new Set(stored.map(({ path }) => path));
  for (const path of [...fileIds.keys()].filter((each) => !paths.has(each))) {
    await session.deleteFile(toName(path));
    fileIds.delete(path);
  }
  for (const { id, path } of stored) {
    if (fileIds.get(path) === id) continue;
    const file = await scope.containers.retrieveFile(container.id, id);
    if (file === undefined) continue;
    await session.putFile(toName(path), services.blobs.read(file.blob.key));
    fileIds.set(path, id);
  }
}

/** Listings of an interpreter have at most this many files. */
const MAX_LISTED = 1000;

/** Stores the files that the code wrote. One that exceeds the quota of the project is named in the logs instead. */
async function storeFiles(
  context: CallContext,
  written: readonly SandboxFile[],
  outputs: CodeOutput[],
): Promise<StoredContainerFile[]> {
  const { scope, services, container, interpreter } = context;
  const stored = written.length === 0 ? [] : await listAllFiles(scope, container.id);
  const before = new Map(stored.map((file) => [file.path, file]));
  const files: StoredContainerFile[] = [];
  for (const { path: name } of written) {
    const path = `${FOLDER}${name}`;
    const originFileId = before.get(path)?.originFileId ?? null;
    try {
      const file = await withBlob(context, interpreter.session.readFile(name), (blob) =>
        putContainerFile(context, container.id, { path, source: 'assistant', originFileId, blob }),
      );
      interpreter.fileIds.set(path, file.id);
      files.push(file);
    } catch (error) {
      if (error instanceof SandboxInterruptedError || context.signal.aborted) throw error;
      addLogs(outputs, `\n[${name} was not stored: ${(error as Error).message}]\n`);
    }
  }
  const present = await interpreter.session.listFiles();
  if (present.length >= MAX_LISTED) return files;
  const names = new Set(present.map(({ path }) => path));
  for (const path of [...interpreter.fileIds.keys()].filter((each) => !names.has(toName(each)))) {
    const freed = await scope.containers.deleteFile(container.id, interpreter.fileIds.get(path) ?? '');
    interpreter.fileIds.delete(path);
    await services.blobs.delete((freed ?? []).map(({ key }) => key));
  }
  return files;
}
