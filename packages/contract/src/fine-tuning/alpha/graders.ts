/** Graders on their own, before they are used in a job: `fineTuning.alpha.graders.*`. */
import Type, { type Static } from 'typebox';
import { scoreGrader } from '../../common/graders.ts';
import { operation } from '../../operation.ts';
import { anyObject, mapOf, named, nullable } from '../../schema.ts';

const grader = scoreGrader('The grader.');

export const RunGraderRequest = named(
  'RunGraderRequest',
  Type.Object(
    {
      grader,
      item: Type.Optional(anyObject({ description: 'The row of the data set: the values of `{{item.…}}`.' })),
      model_sample: Type.String({
        description: 'The graded output: `{{sample.output_text}}`, and `{{sample.output_json}}` if it is JSON.',
      }),
    },
    { additionalProperties: false },
  ),
);
export type RunGraderRequest = Static<typeof RunGraderRequest>;

const flag = (description: string) => Type.Boolean({ description });
const details = (description: string) => nullable(Type.String(), { description });

const graderErrors = Type.Object(
  {
    formula_parse_error: flag('The formula cannot be parsed.'),
    sample_parse_error: flag('The sample cannot be parsed.'),
    truncated_observation_error: flag('The sample was truncated.'),
    unresponsive_reward_error: flag('The grader did not return a score in time.'),
    invalid_variable_error: flag('A template names an unknown variable.'),
    other_error: flag('Another error occurred.'),
    python_grader_server_error: flag('The Python grader could not be started.'),
    python_grader_server_error_type: details('Kind of that error.'),
    python_grader_runtime_error: flag('The Python source raised an exception.'),
    python_grader_runtime_error_details: details('The exception.'),
    model_grader_server_error: flag('The grader model could not be called.'),
    model_grader_refusal_error: flag('The grader model refused.'),
    model_grader_parse_error: flag('The output of the grader model cannot be parsed.'),
    model_grader_server_error_details: details('Why the grader model could not be called.'),
  },
  { description: 'Which errors occurred. All are false if the score is valid.' },
);

export const RunGraderResponse = named(
  'RunGraderResponse',
  Type.Object({
    reward: Type.Number({ description: 'The score.' }),
    metadata: Type.Object({
      name: Type.String({ description: 'Name of the grader.' }),
      type: Type.String({ description: 'Type of the grader.' }),
      errors: graderErrors,
      execution_time: Type.Number({ description: 'Duration in seconds.' }),
      scores: mapOf(Type.Unknown(), { description: 'Scores by grader, for `multi`.' }),
      token_usage: nullable(Type.Integer(), { description: 'Tokens of the grader model.' }),
      sampled_model_name: nullable(Type.String(), { description: 'The grader model.' }),
    }),
    sub_rewards: mapOf(Type.Unknown(), { description: 'Scores by grader, for `multi`.' }),
    model_grader_token_usage_per_model: mapOf(Type.Unknown(), { description: 'Tokens by grader model.' }),
  }),
);
export type RunGraderResponse = Static<typeof RunGraderResponse>;

export const ValidateGraderRequest = named(
  'ValidateGraderRequest',
  Type.Object({ grader }, { additionalProperties: false }),
);
export type ValidateGraderRequest = Static<typeof ValidateGraderRequest>;

export const ValidateGraderResponse = named('ValidateGraderResponse', Type.Object({ grader: Type.Optional(grader) }));
export type ValidateGraderResponse = Static<typeof ValidateGraderResponse>;

export const run = operation({
  id: 'fineTuning.alpha.graders.run',
  method: 'POST',
  path: '/fine_tuning/alpha/graders/run',
  summary: 'Runs a grader on one sample.',
  authority: 'project',
  body: RunGraderRequest,
  response: RunGraderResponse,
});

export const validate = operation({
  id: 'fineTuning.alpha.graders.validate',
  method: 'POST',
  path: '/fine_tuning/alpha/graders/validate',
  summary: 'Checks the definition of a grader without running it.',
  authority: 'project',
  body: ValidateGraderRequest,
  response: ValidateGraderResponse,
});
