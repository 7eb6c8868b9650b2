/** `POST /responses/input_tokens`: the model counts the prompt of a response that is not generated. */
import { type CreateResponse, responses, type TokenCountsBody } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { countPrompt } from '../../../generation/count-prompt.ts';
import { assembleContext } from '../../../generation/loop/assemble-context.ts';
import type { Context } from '../../../operations/context.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { NewItem } from '../../../storage/repositories/response-items.ts';
import { implement } from '../../handler.ts';
import type { Services } from '../../services.ts';
import { createCompactions } from '../compaction/compactions.ts';
import { toTurnSettings } from '../definition.ts';
import { checkCalls } from '../input/check-calls.ts';
import { toStoredItems } from '../input/to-stored-items.ts';
import { type Earlier, readEarlier, toConversationId } from '../prepare-response.ts';
import type { ResponseRequest } from '../response-request.ts';
import { refuseUnserved } from '../served.ts';
import { toHistory } from '../to-history.ts';

export default implement(
  responses.inputTokens.count,
  (services) =>
    ({ body }, context) =>
      count(services, body, context),
);

async function count(services: Services, body: TokenCountsBody, context: Context) {
  const { model, input, instructions, personality } = body;
  if (model === undefined || model === null) throw errors.missingParameter('model');
  if (personality !== undefined) throw errors.unsupportedParameter('personality', 'Models have no personalities.');
  if (body.truncation !== undefined) context.ignore('truncation');
  refuseUnserved(body as CreateResponse);
  // The tools of remote servers are known only when a response lists them.
  for (const [index, { type }] of (body.tools ?? []).entries()) if (type === 'mcp') context.ignore(`tools[${index}]`);
  const scope = services.repositories.forProject(context.principal.projectId);
  const compactions = createCompactions(services, context.principal.projectId);
  const earlier = {
    previousResponseId: body.previous_response_id ?? null,
    conversationId: toConversationId(body.conversation),
  };
  const items = await toStoredItems(scope, input ?? [], {
    services,
    param: 'input',
    signal: context.signal,
    compactions,
  });
  await checkCalls(items, readEarlier(scope, earlier));
  const history = {
    readBackwards: () => toHistory(readItems(scope, items, earlier), compactions),
    readFirst: () => Promise.resolve(undefined),
  };
  const definition = { instructions: instructions ?? '', window: { type: 'all' as const } };
  const { messages } = await assembleContext(history, definition, { tokens: Number.POSITIVE_INFINITY });
  const opened = await services.models.languageModel(model);
  const settings = toTurnSettings(body as ResponseRequest, { model: opened, tools: services.tools, messages });
  const { signal, priority } = context;
  const inputTokens = await countPrompt({ model: opened, messages, ...settings }, { signal, priority });
  return { object: 'response.input_tokens' as const, input_tokens: inputTokens };
}

/** The newest first. */
async function* readItems(scope: ProjectRepositories, input: readonly NewItem[], earlier: Earlier) {
  yield* input.toReversed();
  yield* readEarlier(scope, earlier);
}
