/** The request that creates a fine-tuning job. */
import Type, { type Static } from 'typebox';
import { Metadata } from '../../common/metadata.ts';
import { named, nullable, ref } from '../../schema.ts';
import { fineTuningBatchSize, fineTuningHyperparameters } from '../hyperparameters.ts';
import { FineTuningIntegration } from '../integrations.ts';
import { newFineTuneMethod } from '../methods.ts';

export const CreateFineTuningJobRequest = named(
  'CreateFineTuningJobRequest',
  Type.Object(
    {
      model: Type.String({ description: 'The base model.' }),
      training_file: Type.String({
        description: 'Id of a JSONL file of the purpose `fine-tune`: chats, prompts with completions, or preferences.',
      }),
      hyperparameters: Type.Optional(
        Type.Object(
          { batch_size: Type.Optional(fineTuningBatchSize), ...fineTuningHyperparameters },
          { deprecated: true, description: 'Hyperparameters of supervised fine-tuning. Newer clients send `method`.' },
        ),
      ),
      suffix: Type.Optional(
        nullable(Type.String({ minLength: 1, maxLength: 64 }), {
          default: null,
          description: 'Part of the name of the new model, 1 to 64 characters.',
        }),
      ),
      validation_file: Type.Optional(
        nullable(Type.String(), {
          description: 'Id of a file like `training_file` with other examples, for validation during the job.',
        }),
      ),
      integrations: Type.Optional(
        nullable(Type.Array(ref(FineTuningIntegration)), { description: 'Services that receive the metrics.' }),
      ),
      seed: Type.Optional(
        nullable(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 }), {
          description: 'Equal jobs with the same seed yield about the same model. Default: random.',
        }),
      ),
      method: Type.Optional(newFineTuneMethod),
      metadata: Type.Optional(ref(Metadata)),
    },
    { additionalProperties: false },
  ),
);
export type CreateFineTuningJobRequest = Static<typeof CreateFineTuningJobRequest>;
