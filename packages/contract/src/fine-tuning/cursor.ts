/** Query of the lists of fine-tuning. They have one direction. */
import Type from 'typebox';

/** @param limit default number of objects per page. */
export const fineTuningCursor = (limit: number) => ({
  after: Type.Optional(Type.String({ description: 'Id of the object after which the page starts.' })),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, default: limit, description: 'Maximum objects per page, 1 to 100.' }),
  ),
});
