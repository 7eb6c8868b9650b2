/** The request of a response → what is stored: checked parameters, and its input as items. */
import type { CreateResponse } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { findIgnoredHints } from '../../generation/request/hints.ts';
import type { Context } from '../../operations/context.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { NewItem } from '../../storage/repositories/response-items.ts';
import type { Services } from '../services.ts';
import { checkContainers } from './code-container.ts';
import { COMPACTION_TRIGGER, type Compactions, createCompactions } from './compaction/compactions.ts';
import { toTurnSettings } from './definition.ts';
import { checkThoughts } from './encrypted-thoughts.ts';
import { checkApprovals } from './input/check-approvals.ts';
import { checkCalls } from './input/check-calls.ts';
import { toStoredItems } from './input/to-stored-items.ts';
import { readItems } from './response-history.ts';
import type { ResponseRequest } from './response-request.ts';
import { refuseUnserved } from './served.ts';
import type { ResponseStart } from './start-response.ts';

export interface PreparedResponse {
  start: ResponseStart;
  input: NewItem[];
}

/** @throws ApiError naming the parameter that refers to nothing or that this server does not support. */
export async function prepareResponse(
  services: Services,
  asked: CreateResponse,
  { principal, ignore, priority, signal }: Pick<Context, 'principal' | 'ignore' | 'priority' | 'signal'>,
): Promise<PreparedResponse> {
  const { body, isTriggered } = takeTrigger(asked);
  refuseUnserved(body);
  const { model } = body;
  if (model === undefined) throw errors.missingParameter('model');
  const scope = services.repositories.forProject(principal.projectId);
  const request = { ...toStoredRequest(body), ...(isTriggered ? { compaction_trigger: true } : {}) };
  await checkContainers(scope, body);
  await services.tools.probe(body.tools ?? []);
  const opened = await services.models.languageModel(model);
  toTurnSettings(request as ResponseRequest, { model: opened, tools: services.tools });
  for (const name of findIgnored(body, opened)) ignore(name);
  const previousResponseId = body.previous_response_id ?? null;
  const conversationId = toConversationId(body.conversation);
  const input = await toInput(
    scope,
    { services, signal, compactions: createCompactions(services, principal.projectId) },
    body,
  );
  const earlier = () => readEarlier(scope, { previousResponseId, conversationId });
  checkThoughts(input, { sealer: services.sealer, projectId: principal.projectId });
  await checkCalls(input, earlier());
  await checkApprovals({ input, tools: body.tools ?? [] }, earlier);
  return {
    input,
    start: {
      id: services.ids('resp_'),
      model,
      request,
      metadata: body.metadata ?? {},
      previousResponseId,
      conversationId,
      background: body.background === true,
      stored: body.store !== false,
      apiKeyId: principal.apiKeyId,
      createdAt: services.clock.now(),
      priority,
    },
  };
}

/** The request without the item at its end that triggers a compaction. */
function takeTrigger(body: CreateResponse): { body: CreateResponse; isTriggered: boolean } {
  const { input } = body;
  if (!Array.isArray(input) || input.at(-1)?.type !== COMPACTION_TRIGGER) return { body, isTriggered: false };
  return { body: { ...body, input: input.slice(0, -1) }, isTriggered: true };
}

interface InputContext {
  services: Services;
  signal: AbortSignal;
  compactions: Compactions;
}

async function toInput(scope: ProjectRepositories, context: InputContext, body: CreateResponse) {
  const { input, previous_response_id: previous, conversation } = body;
  const continues = previous != null || conversation != null;
  if (input === undefined && !continues) throw errors.missingParameter('input');
  if (input?.length === 0 && !continues) throw errors.invalidValue('input', "'input' has no items.");
  return toStoredItems(scope, input ?? [], { ...context, param: 'input' });
}

export function toConversationId(conversation: CreateResponse['conversation']): string | null {
  return typeof conversation === 'string' ? conversation : (conversation?.id ?? null);
}

export interface Earlier {
  previousResponseId: string | null;
  conversationId: string | null;
}

/** The items before the input, the newest first. */
export async function* readEarlier(scope: ProjectRepositories, { previousResponseId, conversationId }: Earlier) {
  if (previousResponseId !== null) {
    const previous = await scope.responses.retrieve(previousResponseId);
    if (previous === undefined) throw errors.previousResponseNotFound(previousResponseId);
    yield* readItems(scope, previous);
  } else if (conversationId !== null) {
    yield* readItems(scope, { id: '', conversationId, conversationSeq: Number.MAX_SAFE_INTEGER });
  }
}

/** The parameters that the response repeats and that its turns follow. */
function toStoredRequest(body: CreateResponse): Record<string, unknown> {
  const { input: _input, metadata: _metadata, model: _model, stream: _stream, ...rest } = body;
  const { stream_options: _options, background: _background, store: _store, ...request } = rest;
  const tier = typeof body.service_tier === 'string' ? { service_tier: 'default' } : {};
  return { ...request, ...tier };
}

type Model = Awaited<ReturnType<Services['models']['languageModel']>>;

const HINT_PARAMS: Readonly<Record<string, string>> = {
  verbosity: 'text.verbosity',
  reasoning_effort: 'reasoning.effort',
};

/** The hints without effect. A model that does not think has no thoughts to summarize. */
function findIgnored({ text, reasoning }: CreateResponse, model: Model): string[] {
  const hints = findIgnoredHints({ verbosity: text?.verbosity, reasoningEffort: reasoning?.effort }, model);
  const ignored = hints.map((name) => HINT_PARAMS[name] ?? name);
  if (model.capabilities.thinks !== true) return ignored;
  const names = (['mode', 'summary', 'context', 'generate_summary'] as const).filter(
    (name) => reasoning?.[name] != null,
  );
  return [...ignored, ...names.map((name) => `reasoning.${name}`)];
}
