/** Schemas that vector stores, their files and their batches share. */
import Type, { type TObject } from 'typebox';
import { oneOf } from '../schema.ts';

export const FILE_STATUSES = ['in_progress', 'completed', 'cancelled', 'failed'] as const;
export type VectorStoreFileStatus = (typeof FILE_STATUSES)[number];

const count = (what: string) => Type.Integer({ description: `Number of files that ${what}.` });

export const fileCounts = Type.Object({
  in_progress: count('are being processed'),
  completed: count('can be searched'),
  failed: count('could not be processed'),
  cancelled: count('were cancelled'),
  total: count('exist'),
});

export const StoreParams = Type.Object({ vector_store_id: Type.String({ description: 'Id of the vector store.' }) });

export const before = Type.Optional(
  Type.String({ description: 'Id of the object before which the page ends, for paging backwards.' }),
);

export const statusFilter = {
  before,
  filter: Type.Optional(oneOf(FILE_STATUSES, { description: 'Only files of this status.' })),
};

/** The ids of the path, starting with the store's. */
export function paramsOf<const N extends string>(name: N, description: string) {
  return Type.Object({
    ...StoreParams.properties,
    [name]: Type.String({ description }),
  }) as unknown as TObject<typeof StoreParams.properties & Record<N, Type.TString>>;
}
