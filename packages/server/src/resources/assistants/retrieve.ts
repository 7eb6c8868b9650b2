import { assistants } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { findAssistant, toAssistant } from './to-assistant.ts';

export default implement(
  assistants.retrieve,
  ({ repositories }) =>
    async ({ params }, { principal }) =>
      toAssistant(await findAssistant(repositories.forProject(principal.projectId), params.assistant_id)),
);
