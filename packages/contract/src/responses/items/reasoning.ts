/** Reasoning and compaction items. */
import Type, { type Static } from 'typebox';
import { named, nullable, oneOf, ref } from '../../schema.ts';
import { ReasoningTextContent, SummaryTextContent } from '../content.ts';

export const ReasoningItem = named(
  'ReasoningItem',
  Type.Object({
    type: Type.Literal('reasoning'),
    id: Type.String(),
    encrypted_content: Type.Optional(nullable(Type.String())),
    summary: Type.Array(ref(SummaryTextContent)),
    content: Type.Optional(Type.Array(ref(ReasoningTextContent))),
    status: Type.Optional(oneOf(['in_progress', 'completed', 'incomplete'])),
  }),
);
export type ReasoningItem = Static<typeof ReasoningItem>;

export const CompactionSummaryItemParam = named(
  'CompactionSummaryItemParam',
  Type.Object({
    id: Type.Optional(nullable(Type.String())),
    type: Type.Literal('compaction', { default: 'compaction' }),
    encrypted_content: Type.String({ maxLength: 20971520 }),
  }),
);
export type CompactionSummaryItemParam = Static<typeof CompactionSummaryItemParam>;

export const CompactionTriggerItemParam = named(
  'CompactionTriggerItemParam',
  Type.Object({ type: Type.Literal('compaction_trigger', { default: 'compaction_trigger' }) }),
);
export type CompactionTriggerItemParam = Static<typeof CompactionTriggerItemParam>;

export const CompactionBody = named(
  'CompactionBody',
  Type.Object({
    type: Type.Literal('compaction', { default: 'compaction' }),
    id: Type.String(),
    encrypted_content: Type.String(),
    created_by: Type.Optional(Type.String()),
  }),
);
export type CompactionBody = Static<typeof CompactionBody>;
