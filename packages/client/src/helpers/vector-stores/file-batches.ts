/** Methods of file batches beyond single operations. */
import type * as Wire from '@selfsame/contract';
import type { CallPromise } from '../../core/call-promise.ts';
import { SelfsameError } from '../../core/errors.ts';
import type { CallOptions } from '../../core/operation-data.ts';
import { Resource } from '../../core/resource.ts';
import type { Uploadable } from '../../core/uploadable.ts';
import { type PollOptions, poll } from '../polling.ts';
import { uploadFile } from '../upload-file.ts';

type FileBatch = Wire.VectorStoreFileBatchObject;

export interface UploadOptions extends PollOptions {
  /** Number of uploads at a time. Default 5. */
  maxConcurrency?: number;
}

const DEFAULT_MAX_CONCURRENCY = 5;

export abstract class VectorStoresFileBatchesHelpers extends Resource {
  abstract create(
    vectorStoreId: string,
    body: Wire.CreateVectorStoreFileBatchRequest,
    options?: CallOptions,
  ): CallPromise<FileBatch>;
  abstract retrieve(
    batchId: string,
    params: { vector_store_id: string },
    options?: CallOptions,
  ): CallPromise<FileBatch>;

  /** Waits until all files have been processed. `file_counts` says how many failed. */
  poll(vectorStoreId: string, batchId: string, options?: PollOptions): Promise<FileBatch> {
    const params = { vector_store_id: vectorStoreId };
    return poll(() => this.retrieve(batchId, params, options), ['in_progress'], options);
  }

  async createAndPoll(
    vectorStoreId: string,
    body: Wire.CreateVectorStoreFileBatchRequest,
    options?: PollOptions,
  ): Promise<FileBatch> {
    const { id } = await this.create(vectorStoreId, body, options);
    return this.poll(vectorStoreId, id, options);
  }

  /** Uploads files, several at a time, and adds them with those of `fileIds` to a vector store. */
  async uploadAndPoll(
    vectorStoreId: string,
    { files, fileIds = [] }: { files: readonly Uploadable[]; fileIds?: readonly string[] },
    options: UploadOptions = {},
  ): Promise<FileBatch> {
    const { maxConcurrency = DEFAULT_MAX_CONCURRENCY } = options;
    if (files.length === 0) throw new SelfsameError('`files` is empty: use `createAndPoll()` for uploaded files');
    if (!(maxConcurrency >= 1)) throw new SelfsameError('`maxConcurrency` must be at least 1');
    const ids: string[] = [];
    const waiting = files.entries();
    const work = async () => {
      for (const [index, file] of waiting) ids[index] = (await uploadFile(this.core, file, options)).id;
    };
    const workers = Array.from({ length: Math.min(maxConcurrency, files.length) }, work);
    // All uploads end before an error of one is reported.
    for (const result of await Promise.allSettled(workers)) if (result.status === 'rejected') throw result.reason;
    return this.createAndPoll(vectorStoreId, { file_ids: [...fileIds, ...ids] }, options);
  }
}
