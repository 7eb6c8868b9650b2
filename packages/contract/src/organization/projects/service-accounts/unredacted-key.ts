/** The API key of a service account, with its value. */
import Type from 'typebox';
import { unixTime } from '../../fields.ts';

export const unredactedKey = {
  object: Type.Literal('organization.project.service_account.api_key'),
  id: Type.String(),
  name: Type.String(),
  value: Type.String({ description: 'The key, which is returned only once.' }),
  created_at: unixTime('the key was created'),
};
