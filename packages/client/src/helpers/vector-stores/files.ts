/** Methods of the files of vector stores beyond single operations. */
import type * as Wire from '@selfsame/contract';
import type { CallPromise } from '../../core/call-promise.ts';
import type { CallOptions } from '../../core/operation-data.ts';
import { Resource } from '../../core/resource.ts';
import type { Uploadable } from '../../core/uploadable.ts';
import { type PollOptions, poll } from '../polling.ts';
import { uploadFile } from '../upload-file.ts';

type StoreFile = Wire.VectorStoreFileObject;

export abstract class VectorStoresFilesHelpers extends Resource {
  abstract create(
    vectorStoreId: string,
    body: Wire.CreateVectorStoreFileRequest,
    options?: CallOptions,
  ): CallPromise<StoreFile>;
  abstract retrieve(fileId: string, params: { vector_store_id: string }, options?: CallOptions): CallPromise<StoreFile>;

  /** Waits until a file has been processed. Its status says whether that failed. */
  poll(vectorStoreId: string, fileId: string, options?: PollOptions): Promise<StoreFile> {
    const params = { vector_store_id: vectorStoreId };
    return poll(() => this.retrieve(fileId, params, options), ['in_progress'], options);
  }

  async createAndPoll(
    vectorStoreId: string,
    body: Wire.CreateVectorStoreFileRequest,
    options?: PollOptions,
  ): Promise<StoreFile> {
    const { id } = await this.create(vectorStoreId, body, options);
    return this.poll(vectorStoreId, id, options);
  }

  /** Uploads a file and adds it to a vector store. */
  async upload(vectorStoreId: string, file: Uploadable, options?: CallOptions): Promise<StoreFile> {
    const { id } = await uploadFile(this.core, file, options);
    return this.create(vectorStoreId, { file_id: id }, options);
  }

  async uploadAndPoll(vectorStoreId: string, file: Uploadable, options?: PollOptions): Promise<StoreFile> {
    const { id } = await this.upload(vectorStoreId, file, options);
    return this.poll(vectorStoreId, id, options);
  }
}
