/** `selfsame import assistants`: reads the files and imports their objects into the owner's project. */
import { buildOpenApiDocument, operations } from '@selfsame/contract';
import type { Config } from '../config/load.ts';
import { createValidator } from '../operations/validator.ts';
import { importAssistants } from '../resources/assistants/import/import-assistants.ts';
import { importFiles } from '../resources/assistants/import/import-files.ts';
import { readObjects } from '../resources/assistants/import/read-objects.ts';
import type { ImportReport } from '../resources/assistants/import/report.ts';
import { VERSION } from '../version.ts';
import { openBlobs } from './blobs.ts';
import { findServed } from './implementations.ts';
import { openStorage } from './storage.ts';

export interface ImportOptions {
  /** Files with objects of the API. */
  paths: readonly string[];
  /** Folder with the contents of the files that the objects describe; undefined = no files are imported. */
  contents: string | undefined;
}

/** Throws ImportError before anything is written when a file cannot be read. */
export async function importObjects({ paths, contents }: ImportOptions, config: Config): Promise<ImportReport> {
  const objects = (await Promise.all(paths.map(readObjects))).flat();
  const { repositories, owner, clock, ids } = await openStorage(config);
  try {
    const scope = repositories.forProject(owner.projectId);
    const described = objects.filter(({ object }) => object === 'file');
    const files =
      contents !== undefined && described.length > 0
        ? await importFiles(
            { ...(await openBlobs(config, { clock, ids })), files: scope.files, ids, folder: contents },
            described,
          )
        : undefined;
    const document = buildOpenApiDocument({ version: VERSION, serverUrl: '/v1', operations: findServed(operations) });
    const validator = createValidator(document);
    const deps = { findDifference: validator.findResponseDifference, now: clock.now };
    const report = await importAssistants(scope, objects, deps);
    if (files !== undefined) report.set('file', files);
    return report;
  } finally {
    await repositories.close();
  }
}
