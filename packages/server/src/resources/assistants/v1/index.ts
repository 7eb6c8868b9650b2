/** The Assistants API v1, as translations between its shapes and the current ones. */
import type { ApiVersion } from '../../../operations/api-versions.ts';
import { toCurrent, toV1Param } from './to-current.ts';
import { toV1 } from './to-v1.ts';

export const ASSISTANTS_V1: ApiVersion = {
  id: 'assistants=v1',
  toCurrentBody: toCurrent,
  fromCurrent: toV1,
  fromCurrentParam: toV1Param,
};
