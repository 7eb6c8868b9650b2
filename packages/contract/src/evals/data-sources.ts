/** Configurations of the data of an eval, in requests and responses. */
import Type, { type Static } from 'typebox';
import { Metadata } from '../common/metadata.ts';
import { anyObject, named, ref } from '../schema.ts';

export const CreateEvalCustomDataSourceConfig = named(
  'CreateEvalCustomDataSourceConfig',
  Type.Object({
    type: Type.Literal('custom', { default: 'custom' }),
    item_schema: anyObject({ description: 'JSON Schema of each row: the values of `{{item.…}}`.' }),
    include_sample_schema: Type.Optional(
      Type.Boolean({ default: false, description: 'Whether runs generate samples: the values of `{{sample.…}}`.' }),
    ),
  }),
);
export type CreateEvalCustomDataSourceConfig = Static<typeof CreateEvalCustomDataSourceConfig>;

const filters = Type.Optional(anyObject({ description: 'Only completions with all of these pairs in `metadata`.' }));

export const CreateEvalLogsDataSourceConfig = named(
  'CreateEvalLogsDataSourceConfig',
  Type.Object({ type: Type.Literal('logs', { default: 'logs' }), metadata: filters }),
);
export type CreateEvalLogsDataSourceConfig = Static<typeof CreateEvalLogsDataSourceConfig>;

const storedCompletions = Type.Literal('stored_completions', { default: 'stored_completions' });

export const CreateEvalStoredCompletionsDataSourceConfig = named(
  'CreateEvalStoredCompletionsDataSourceConfig',
  Type.Object(
    { type: storedCompletions, metadata: filters },
    { deprecated: true, description: 'Newer clients send `logs`.' },
  ),
);
export type CreateEvalStoredCompletionsDataSourceConfig = Static<typeof CreateEvalStoredCompletionsDataSourceConfig>;

const schema = anyObject({ description: 'JSON Schema of `{{item.…}}` and `{{sample.…}}`.' });
const metadata = Type.Optional(ref(Metadata));

export const EvalCustomDataSourceConfig = named(
  'EvalCustomDataSourceConfig',
  Type.Object({ type: Type.Literal('custom'), schema }),
);
export type EvalCustomDataSourceConfig = Static<typeof EvalCustomDataSourceConfig>;

export const EvalLogsDataSourceConfig = named(
  'EvalLogsDataSourceConfig',
  Type.Object({ type: Type.Literal('logs'), metadata, schema }),
);
export type EvalLogsDataSourceConfig = Static<typeof EvalLogsDataSourceConfig>;

export const EvalStoredCompletionsDataSourceConfig = named(
  'EvalStoredCompletionsDataSourceConfig',
  Type.Object({ type: Type.Literal('stored_completions'), metadata, schema }, { deprecated: true }),
);
export type EvalStoredCompletionsDataSourceConfig = Static<typeof EvalStoredCompletionsDataSourceConfig>;
