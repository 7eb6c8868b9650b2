/** Calls of server tools in a step: complete and as deltas. */
import Type, { type Static } from 'typebox';
import { named, oneOf, ref, tagged } from '../../schema.ts';

const file_id = Type.String({ description: 'Id of the file.' });

export const RunStepDetailsToolCallsCodeOutputLogsObject = named(
  'RunStepDetailsToolCallsCodeOutputLogsObject',
  Type.Object({ type: Type.Literal('logs'), logs: Type.String({ description: 'Output of the code.' }) }),
);
export type RunStepDetailsToolCallsCodeOutputLogsObject = Static<typeof RunStepDetailsToolCallsCodeOutputLogsObject>;
export const RunStepDetailsToolCallsCodeOutputImageObject = named(
  'RunStepDetailsToolCallsCodeOutputImageObject',
  Type.Object({ type: Type.Literal('image'), image: Type.Object({ file_id }) }),
);
export type RunStepDetailsToolCallsCodeOutputImageObject = Static<typeof RunStepDetailsToolCallsCodeOutputImageObject>;
export const RunStepDetailsToolCallsCodeObject = named(
  'RunStepDetailsToolCallsCodeObject',
  Type.Object({
    id: Type.String(),
    type: Type.Literal('code_interpreter'),
    code_interpreter: Type.Object({
      input: Type.String({ description: 'The code.' }),
      outputs: Type.Array(
        tagged('type', [RunStepDetailsToolCallsCodeOutputLogsObject, RunStepDetailsToolCallsCodeOutputImageObject]),
      ),
    }),
  }),
);
export type RunStepDetailsToolCallsCodeObject = Static<typeof RunStepDetailsToolCallsCodeObject>;

export const RunStepDetailsToolCallsFileSearchRankingOptionsObject = named(
  'RunStepDetailsToolCallsFileSearchRankingOptionsObject',
  Type.Object({
    ranker: oneOf(['auto', 'default_2024_08_21'], { description: 'How results were ranked.' }),
    score_threshold: Type.Number({ minimum: 0, maximum: 1, description: 'Minimum score of a result.' }),
  }),
);

export const RunStepDetailsToolCallsFileSearchResultObject = named(
  'RunStepDetailsToolCallsFileSearchResultObject',
  Type.Object({
    file_id,
    file_name: Type.String(),
    score: Type.Number({ minimum: 0, maximum: 1 }),
    content: Type.Optional(
      Type.Array(Type.Object({ type: Type.Optional(Type.Literal('text')), text: Type.Optional(Type.String()) }), {
        description: 'Content of the result if `include[]` requests it.',
      }),
    ),
  }),
);

export const RunStepDetailsToolCallsFileSearchObject = named(
  'RunStepDetailsToolCallsFileSearchObject',
  Type.Object({
    id: Type.String(),
    type: Type.Literal('file_search'),
    file_search: Type.Object({
      ranking_options: Type.Optional(ref(RunStepDetailsToolCallsFileSearchRankingOptionsObject)),
      results: Type.Optional(Type.Array(ref(RunStepDetailsToolCallsFileSearchResultObject))),
    }),
  }),
);
export type RunStepDetailsToolCallsFileSearchObject = Static<typeof RunStepDetailsToolCallsFileSearchObject>;

const index = Type.Integer({ description: 'Index of the call, from 0.' });

const outputIndex = Type.Integer({ description: 'Index of the output, from 0.' });

export const RunStepDeltaStepDetailsToolCallsCodeOutputLogsObject = named(
  'RunStepDeltaStepDetailsToolCallsCodeOutputLogsObject',
  Type.Object({ index: outputIndex, type: Type.Literal('logs'), logs: Type.Optional(Type.String()) }),
);

export const RunStepDeltaStepDetailsToolCallsCodeOutputImageObject = named(
  'RunStepDeltaStepDetailsToolCallsCodeOutputImageObject',
  Type.Object({
    index: outputIndex,
    type: Type.Literal('image'),
    image: Type.Optional(Type.Object({ file_id: Type.Optional(file_id) })),
  }),
);

export const RunStepDeltaStepDetailsToolCallsCodeObject = named(
  'RunStepDeltaStepDetailsToolCallsCodeObject',
  Type.Object({
    index,
    id: Type.Optional(Type.String()),
    type: Type.Literal('code_interpreter'),
    code_interpreter: Type.Optional(
      Type.Object({
        input: Type.Optional(Type.String({ description: 'What follows the code so far.' })),
        outputs: Type.Optional(
          Type.Array(
            tagged('type', [
              RunStepDeltaStepDetailsToolCallsCodeOutputLogsObject,
              RunStepDeltaStepDetailsToolCallsCodeOutputImageObject,
            ]),
          ),
        ),
      }),
    ),
  }),
);

export const RunStepDeltaStepDetailsToolCallsFileSearchObject = named(
  'RunStepDeltaStepDetailsToolCallsFileSearchObject',
  Type.Object({
    index,
    id: Type.Optional(Type.String()),
    type: Type.Literal('file_search'),
    file_search: Type.Object({}),
  }),
);
