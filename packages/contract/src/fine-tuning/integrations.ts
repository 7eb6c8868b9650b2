/** Services that receive the metrics of a job. */
import Type, { type Static } from 'typebox';
import { named, nullable } from '../schema.ts';

export const FineTuningIntegration = named(
  'FineTuningIntegration',
  Type.Object({
    type: Type.Literal('wandb', { description: 'Weights & Biases.' }),
    wandb: Type.Object({
      project: Type.String({ description: 'Name of the project that receives the run.' }),
      name: Type.Optional(nullable(Type.String(), { description: 'Name of the run. Default: the id of the job.' })),
      entity: Type.Optional(
        nullable(Type.String(), { description: 'Team or user that owns the run. Default: the one of the API key.' }),
      ),
      tags: Type.Optional(Type.Array(Type.String(), { description: 'Tags of the run.' })),
    }),
  }),
);
export type FineTuningIntegration = Static<typeof FineTuningIntegration>;
