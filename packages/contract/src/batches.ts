/** Batches, many requests in one file that are completed within a day: `batches.*`. */
import Type, { type Static } from 'typebox';
import { Metadata } from './common/metadata.ts';
import { page } from './common/pages.ts';
import { operation } from './operation.ts';
import { named, nullable, oneOf, ref } from './schema.ts';

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

export const BATCH_STATUSES = [
  'validating',
  'failed',
  'in_progress',
  'finalizing',
  'completed',
  'expired',
  'cancelling',
  'cancelled',
] as const;
export type BatchStatus = (typeof BATCH_STATUSES)[number];

export const BatchError = named(
  'BatchError',
  Type.Object({
    code: Type.Optional(Type.String({ description: 'Kind of the error.' })),
    message: Type.Optional(Type.String({ description: 'Human-readable description of the error.' })),
    param: Type.Optional(nullable(Type.String(), { description: 'Path of the invalid parameter in the line.' })),
    line: Type.Optional(nullable(Type.Integer(), { description: 'Line of the input file, from 1.' })),
  }),
);
export type BatchError = Static<typeof BatchError>;

export const BatchRequestCounts = named(
  'BatchRequestCounts',
  Type.Object({
    total: Type.Integer({ description: 'Requests of the batch.' }),
    completed: Type.Integer({ description: 'Successful requests: lines of the output file.' }),
    failed: Type.Integer({ description: 'Failed requests: lines of the error file.' }),
  }),
);
export type BatchRequestCounts = Static<typeof BatchRequestCounts>;

const time = (description: string) => Type.Optional(Type.Integer({ description: `${description} Unix seconds.` }));

export const Batch = named(
  'Batch',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('batch'),
    endpoint: Type.String({ description: 'Path of all requests of the batch.' }),
    model: Type.Optional(Type.String({ description: 'The model of the first response.' })),
    errors: Type.Optional(
      Type.Object(
        {
          object: Type.Optional(Type.String({ description: 'Always `list`.' })),
          data: Type.Optional(Type.Array(ref(BatchError))),
        },
        { description: 'Errors that made the batch fail.' },
      ),
    ),
    input_file_id: Type.String(),
    completion_window: Type.String({ description: 'Time within which the requests are completed.' }),
    status: oneOf(BATCH_STATUSES),
    output_file_id: Type.Optional(Type.String({ description: 'Id of the file with the responses, if any.' })),
    error_file_id: Type.Optional(Type.String({ description: 'Id of the file with the failed requests, if any.' })),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    in_progress_at: time('The lines were valid and the batch started.'),
    expires_at: time('The batch expires: unfinished requests fail.'),
    finalizing_at: time('The requests were finished and writing of the result files started.'),
    completed_at: time('The batch was completed and its result files were complete.'),
    failed_at: time('The batch failed.'),
    expired_at: time('The batch expired and its result files were complete.'),
    cancelling_at: time('A client cancelled the batch.'),
    cancelled_at: time('The batch was cancelled and its result files were complete.'),
    request_counts: Type.Optional(ref(BatchRequestCounts)),
    usage: Type.Optional(
      Type.Object(
        {
          input_tokens: Type.Integer(),
          input_tokens_details: Type.Object({ cached_tokens: Type.Integer() }),
          output_tokens: Type.Integer(),
          output_tokens_details: Type.Object({ reasoning_tokens: Type.Integer() }),
          total_tokens: Type.Integer(),
        },
        { description: 'Token usage of all responses so far.' },
      ),
    ),
    metadata: Type.Optional(ref(Metadata)),
  }),
);
export type Batch = Static<typeof Batch>;

export const BatchFileExpirationAfter = named(
  'BatchFileExpirationAfter',
  Type.Object({
    anchor: Type.Literal('created_at', { description: 'The creation time of the file.' }),
    seconds: Type.Integer({
      minimum: HOUR_S,
      maximum: 30 * DAY_S,
      description: 'Seconds after the anchor at which the result files are deleted: 1 hour to 30 days.',
    }),
  }),
);
export type BatchFileExpirationAfter = Static<typeof BatchFileExpirationAfter>;

export const CreateBatchRequest = named(
  'CreateBatchRequest',
  Type.Object({
    input_file_id: Type.String({
      description: 'Id of a file with the purpose `batch`: one request per line, up to 50,000.',
    }),
    endpoint: oneOf(
      [
        '/v1/responses',
        '/v1/chat/completions',
        '/v1/embeddings',
        '/v1/completions',
        '/v1/moderations',
        '/v1/images/generations',
        '/v1/images/edits',
        '/v1/videos',
      ],
      { description: 'Path of all requests. Paths that the server does not support in batches are refused.' },
    ),
    completion_window: oneOf(['24h'], { description: 'Time within which the requests are completed.' }),
    metadata: Type.Optional(ref(Metadata)),
    output_expires_after: Type.Optional(ref(BatchFileExpirationAfter)),
  }),
);
export type CreateBatchRequest = Static<typeof CreateBatchRequest>;

export const ListBatchesResponse = page('ListBatchesResponse', Batch);
export type ListBatchesResponse = Static<typeof ListBatchesResponse>;

const BatchParams = Type.Object({ batch_id: Type.String({ description: 'Id of the batch.' }) });

export const create = operation({
  id: 'batches.create',
  method: 'POST',
  path: '/batches',
  summary: 'Creates a batch of the requests in a file.',
  authority: 'project',
  body: CreateBatchRequest,
  response: Batch,
});

export const list = operation({
  id: 'batches.list',
  method: 'GET',
  path: '/batches',
  summary: 'Lists the batches of the project, newest first.',
  authority: 'project',
  query: Type.Object({
    after: Type.Optional(Type.String({ description: 'Id of the object after which the page starts.' })),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'Maximum objects per page, 1 to 100.' }),
    ),
  }),
  response: ListBatchesResponse,
});

export const retrieve = operation({
  id: 'batches.retrieve',
  method: 'GET',
  path: '/batches/{batch_id}',
  summary: 'Retrieves a batch.',
  authority: 'project',
  params: BatchParams,
  response: Batch,
});

export const cancel = operation({
  id: 'batches.cancel',
  method: 'POST',
  path: '/batches/{batch_id}/cancel',
  summary: 'Cancels a batch; finished requests keep their results.',
  authority: 'project',
  params: BatchParams,
  response: Batch,
});
