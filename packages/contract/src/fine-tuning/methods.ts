/** Methods of fine-tuning. */
import Type, { type Static } from 'typebox';
import { scoreGrader } from '../common/graders.ts';
import { named, oneOf, ref } from '../schema.ts';
import {
  FineTuneDPOHyperparameters,
  FineTuneReinforcementHyperparameters,
  FineTuneSupervisedHyperparameters,
} from './hyperparameters.ts';

export const FineTuneSupervisedMethod = named(
  'FineTuneSupervisedMethod',
  Type.Object({ hyperparameters: Type.Optional(ref(FineTuneSupervisedHyperparameters)) }),
);
export type FineTuneSupervisedMethod = Static<typeof FineTuneSupervisedMethod>;

export const FineTuneDPOMethod = named(
  'FineTuneDPOMethod',
  Type.Object({ hyperparameters: Type.Optional(ref(FineTuneDPOHyperparameters)) }),
);
export type FineTuneDPOMethod = Static<typeof FineTuneDPOMethod>;

export const FineTuneReinforcementMethod = named(
  'FineTuneReinforcementMethod',
  Type.Object({
    grader: scoreGrader('The grader whose score is the reward.'),
    hyperparameters: Type.Optional(ref(FineTuneReinforcementHyperparameters)),
  }),
);
export type FineTuneReinforcementMethod = Static<typeof FineTuneReinforcementMethod>;

const METHODS = ['supervised', 'dpo', 'reinforcement'] as const;

const settings = {
  supervised: Type.Optional(ref(FineTuneSupervisedMethod)),
  dpo: Type.Optional(ref(FineTuneDPOMethod)),
  reinforcement: Type.Optional(ref(FineTuneReinforcementMethod)),
};

export const FineTuneMethod = named(
  'FineTuneMethod',
  Type.Object({
    type: oneOf(METHODS, { description: 'The method. Its settings are in the property of this name.' }),
    ...settings,
  }),
);
export type FineTuneMethod = Static<typeof FineTuneMethod>;

/** The method of a new job. Older clients may omit the type. */
export const newFineTuneMethod = Type.Object(
  {
    type: Type.Optional(oneOf(METHODS, { description: 'The method. Default: the one whose settings are present.' })),
    ...settings,
  },
  { description: 'The method of fine-tuning and its settings. Default: `supervised`.' },
);
