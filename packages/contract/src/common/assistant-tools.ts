/** Tools, tool resources and response formats of assistants and runs. */
import Type, { type Static } from 'typebox';
import {
  ResponseFormatJsonObject,
  ResponseFormatJsonSchema,
  ResponseFormatText,
} from '../chat/completions/response-format.ts';
import { named, nullable, oneOf, ref, tagged } from '../schema.ts';
import { ChunkingStrategyRequestParam } from '../vector-stores/chunking.ts';
import { FunctionObject } from './functions.ts';
import { Metadata } from './metadata.ts';

/** Maximum tools of an assistant. */
export const MAX_ASSISTANT_TOOLS = 128;

/** Maximum files of a vector store. */
const MAX_STORE_FILES = 10_000;

/** Maximum files for the code interpreter. */
const MAX_CODE_FILES = 20;

export const AssistantToolsCode = named('AssistantToolsCode', Type.Object({ type: Type.Literal('code_interpreter') }));
export type AssistantToolsCode = Static<typeof AssistantToolsCode>;

export const FileSearchRankingOptions = named(
  'FileSearchRankingOptions',
  Type.Object({
    ranker: Type.Optional(oneOf(['auto', 'default_2024_08_21'], { description: 'How results are ranked.' })),
    score_threshold: Type.Number({ minimum: 0, maximum: 1, description: 'Minimum score of a result.' }),
  }),
);
export type FileSearchRankingOptions = Static<typeof FileSearchRankingOptions>;

export const AssistantToolsFileSearch = named(
  'AssistantToolsFileSearch',
  Type.Object({
    type: Type.Literal('file_search'),
    file_search: Type.Optional(
      Type.Object({
        max_num_results: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 50, description: 'Maximum results, 1 to 50.' }),
        ),
        ranking_options: Type.Optional(ref(FileSearchRankingOptions)),
      }),
    ),
  }),
);
export type AssistantToolsFileSearch = Static<typeof AssistantToolsFileSearch>;

export const AssistantToolsFileSearchTypeOnly = named(
  'AssistantToolsFileSearchTypeOnly',
  Type.Object({ type: Type.Literal('file_search') }),
);
export type AssistantToolsFileSearchTypeOnly = Static<typeof AssistantToolsFileSearchTypeOnly>;

export const AssistantToolsFunction = named(
  'AssistantToolsFunction',
  Type.Object({ type: Type.Literal('function'), function: ref(FunctionObject) }),
);
export type AssistantToolsFunction = Static<typeof AssistantToolsFunction>;

export type AssistantTool = AssistantToolsCode | AssistantToolsFileSearch | AssistantToolsFunction;

/** @param max 128 for an assistant. */
export const assistantTools = (max: number) =>
  Type.Array(tagged('type', [AssistantToolsCode, AssistantToolsFileSearch, AssistantToolsFunction]), {
    maxItems: max,
    default: [],
    description: `At most ${max} tools that the model may use.`,
  });

const codeFiles = Type.Object({
  file_ids: Type.Optional(
    Type.Array(Type.String(), {
      maxItems: MAX_CODE_FILES,
      default: [],
      description: `Ids of at most ${MAX_CODE_FILES} files that the code interpreter may read.`,
    }),
  ),
});

const vectorStoreIds = Type.Optional(
  Type.Array(Type.String(), { maxItems: 1, description: 'Id of the vector store for file search.' }),
);

const DESCRIPTION = 'What the tools may read.';

/** Tool resources in responses and in updates. Null means none. */
export const toolResources = nullable(
  Type.Object({
    code_interpreter: Type.Optional(codeFiles),
    file_search: Type.Optional(Type.Object({ vector_store_ids: vectorStoreIds })),
  }),
  { description: DESCRIPTION },
);
export type ToolResources = Static<typeof toolResources>;

const newVectorStore = Type.Object({
  file_ids: Type.Optional(
    Type.Array(Type.String(), { maxItems: MAX_STORE_FILES, description: 'Ids of the initial files.' }),
  ),
  chunking_strategy: Type.Optional(ref(ChunkingStrategyRequestParam)),
  metadata: Type.Optional(ref(Metadata)),
});

/** Like `toolResources`, but for a new object, for which a vector store may be created. */
export const newToolResources = nullable(
  Type.Object({
    code_interpreter: Type.Optional(codeFiles),
    file_search: Type.Optional(
      Type.Object({
        vector_store_ids: vectorStoreIds,
        vector_stores: Type.Optional(
          Type.Array(newVectorStore, { maxItems: 1, description: 'A vector store to create for file search.' }),
        ),
      }),
    ),
  }),
  { description: DESCRIPTION },
);
export type NewToolResources = Static<typeof newToolResources>;

export const AssistantsApiResponseFormatOption = named(
  'AssistantsApiResponseFormatOption',
  Type.Union(
    [tagged('type', [ResponseFormatText, ResponseFormatJsonObject, ResponseFormatJsonSchema]), oneOf(['auto', 'none'])],
    { description: 'The format of the answer; `auto` and its older name `none` mean text.' },
  ),
);
export type AssistantsApiResponseFormatOption = Static<typeof AssistantsApiResponseFormatOption>;
