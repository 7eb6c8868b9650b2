/** The details of a call of the code interpreter, which the APIs show in forms of their own. Pure. */
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { CodeExecution } from '../tool.ts';

export interface CodeImage {
  type: 'image';
  container_file_id: string;
  filename: string;
  /** The file of the project that has the image. */
  file_id?: string;
  /** The image as a data URL. */
  url?: string;
}

export interface CodeDetails {
  container_id?: string;
  status?: CodeExecution['status'];
  outputs?: readonly ({ type: 'logs'; logs: string } | CodeImage)[];
  files?: readonly { path: string; container_file_id: string; file_id?: string }[];
}

export const detailsOf = ({ own }: ModelCall) => (own?.details ?? {}) as CodeDetails;

export function toDetails(containerId: string, { status, outputs, files }: CodeExecution): CodeDetails {
  return {
    container_id: containerId,
    status,
    outputs: outputs.map((output) =>
      output.type === 'logs'
        ? { type: 'logs', logs: output.text }
        : {
            type: 'image',
            container_file_id: output.containerFileId,
            filename: output.filename,
            ...(output.fileId === undefined ? {} : { file_id: output.fileId }),
            ...(output.url === undefined ? {} : { url: output.url }),
          },
    ),
    files: files.map(({ path, containerFileId, fileId }) => ({
      path,
      container_file_id: containerFileId,
      ...(fileId === undefined ? {} : { file_id: fileId }),
    })),
  };
}
