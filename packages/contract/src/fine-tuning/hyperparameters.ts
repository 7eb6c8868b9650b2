/** Hyperparameters of the methods of fine-tuning. The server chooses those that are `auto`. */
import Type, { type Static, type TSchema } from 'typebox';
import { MAX_COUNT } from '../common/bounds.ts';
import { named, oneOf } from '../schema.ts';

const autoOr = <T extends TSchema>(schema: T, description: string) =>
  Type.Union([Type.Literal('auto'), schema], { default: 'auto', description });

export const fineTuningBatchSize = autoOr(Type.Integer({ minimum: 1, maximum: 256 }), 'Examples per batch, 1 to 256.');

export const fineTuningHyperparameters = {
  learning_rate_multiplier: Type.Optional(
    autoOr(Type.Number({ exclusiveMinimum: 0 }), 'Factor on the learning rate, greater than 0.'),
  ),
  n_epochs: Type.Optional(
    autoOr(Type.Integer({ minimum: 1, maximum: 50 }), 'Passes through the training file, 1 to 50.'),
  ),
};

export const FineTuneSupervisedHyperparameters = named(
  'FineTuneSupervisedHyperparameters',
  Type.Object({ batch_size: Type.Optional(fineTuningBatchSize), ...fineTuningHyperparameters }),
);
export type FineTuneSupervisedHyperparameters = Static<typeof FineTuneSupervisedHyperparameters>;

export const FineTuneDPOHyperparameters = named(
  'FineTuneDPOHyperparameters',
  Type.Object({
    beta: Type.Optional(
      autoOr(
        Type.Number({ exclusiveMinimum: 0, maximum: 2 }),
        'Weight of the distance to the reference model, greater than 0, at most 2.',
      ),
    ),
    batch_size: Type.Optional(fineTuningBatchSize),
    ...fineTuningHyperparameters,
  }),
);
export type FineTuneDPOHyperparameters = Static<typeof FineTuneDPOHyperparameters>;

export const FineTuneReinforcementHyperparameters = named(
  'FineTuneReinforcementHyperparameters',
  Type.Object({
    batch_size: Type.Optional(fineTuningBatchSize),
    ...fineTuningHyperparameters,
    reasoning_effort: Type.Optional(
      oneOf(['default', 'low', 'medium', 'high'], {
        default: 'default',
        description: 'How much the model thinks before its answers.',
      }),
    ),
    compute_multiplier: Type.Optional(
      autoOr(
        Type.Number({ exclusiveMinimum: 1e-5, maximum: 10 }),
        'Factor on the work of exploration, greater than 0.00001, at most 10.',
      ),
    ),
    eval_interval: Type.Optional(
      autoOr(Type.Integer({ minimum: 1, maximum: MAX_COUNT }), 'Training steps between evaluations.'),
    ),
    eval_samples: Type.Optional(autoOr(Type.Integer({ minimum: 1, maximum: MAX_COUNT }), 'Samples per evaluation.')),
  }),
);
export type FineTuneReinforcementHyperparameters = Static<typeof FineTuneReinforcementHyperparameters>;
