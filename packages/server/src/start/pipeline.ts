/**
 * Creates the pipeline of operations with their services: HTTP calls it in a server, tasks call it in a worker.
 * `services.invoke` is this pipeline itself.
 */
import { buildOpenApiDocument, operations as declared, type Operation } from '@selfsame/contract';
import type { Logger } from 'pino';
import { createAudioEncoder } from '../audio/encode-audio.ts';
import type { Config } from '../config/load.ts';
import { createBatchAdmission } from '../engines/batch-admission.ts';
import { ApiError } from '../errors/api-error.ts';
import { errors } from '../errors/catalogue.ts';
import { createSealer } from '../lib/sealer.ts';
import { serveApiVersions } from '../operations/api-versions.ts';
import type { Run } from '../operations/handler.ts';
import type { Invoke } from '../operations/invocation.ts';
import { createInvoke } from '../operations/invoke.ts';
import type { Observe } from '../operations/observer.ts';
import { NO_REQUEST_LIMITS } from '../operations/request-limits.ts';
import { createValidator } from '../operations/validator.ts';
import { createOutbound } from '../outbound/outbound.ts';
import { ASSISTANTS_V1 } from '../resources/assistants/v1/index.ts';
import type { Services } from '../resources/services.ts';
import { createTextCutter } from '../retrieval/chunk/cut-text.ts';
import type { Repositories } from '../storage/repositories/repositories.ts';
import { createUsageMeter } from '../tenancy/usage.ts';
import { VERSION } from '../version.ts';
import { createApiDescription } from './api-description.ts';
import { loadImplementations } from './implementations.ts';
import { createTools } from './tools.ts';

export interface PipelineOptions {
  config: Config;
  log: Logger;
  observe: Observe;
}

/** All services. Only `start` and jobs see the repositories of all projects. */
export type AllServices = Services & { repositories: Repositories };

type MadeHere =
  | 'invoke'
  | 'operations'
  | 'batchAdmission'
  | 'textCutter'
  | 'audioEncoder'
  | 'tools'
  | 'interpreters'
  | 'outbound'
  | 'sealer'
  | 'validator';

export async function createPipeline(doors: Omit<AllServices, MadeHere>, { config, log, observe }: PipelineOptions) {
  const { clock, ids, repositories } = doors;
  const onError = (err: unknown) => log.error({ err }, 'storage: a write failed and will be tried again');
  const usage = createUsageMeter(repositories, { clock, ids, onError });
  const batchAdmission = createBatchAdmission(doors.models);
  const textCutter = createTextCutter();
  const audioEncoder = createAudioEncoder();
  const outbound = createOutbound(config);
  const { tools, interpreters } = createTools({ models: doors.models, clock, outbound }, config);
  const sealer = createSealer((await repositories.system().installation.retrieve()).apiKeyPepper);
  const invokeLogged: Invoke = (...call) => withLog(log, invoke)(...call);
  const implementations = await loadImplementations(declared);
  const operations = implementations.map(({ operation }) => operation);
  const validator = createValidator(buildOpenApiDocument({ version: VERSION, serverUrl: '/v1', operations }));
  const shared = { batchAdmission, textCutter, audioEncoder, tools, interpreters, outbound, sealer };
  const made = { ...shared, operations, invoke: invokeLogged, validator };
  const services: AllServices = { ...doors, ...made };
  const { checkResponses } = config;
  const current = createInvoke({
    handlers: implementations.map((each) => ({
      operation: each.operation,
      run: each.make(services) as Run<Operation>,
    })),
    limits: NO_REQUEST_LIMITS,
    validator,
    usage,
    clock,
    ids,
    observe,
    checkResponses,
  });
  const invoke = serveApiVersions(current, { versions: [ASSISTANTS_V1], operations, validator, checkResponses });
  const describeApi = createApiDescription(operations);
  const close = async () => {
    await Promise.all([textCutter.close(), audioEncoder.close(), outbound.close(), interpreters.close()]);
  };
  return { services, invoke, describeApi, flushUsage: usage.flush, close };
}

/** Internal callers have no log, so unexpected errors are logged here. */
function withLog(log: Logger, invoke: Invoke): Invoke {
  return async (operationId, input, caller) => {
    const { requestId } = caller;
    const onIgnored = (param: string) =>
      log.debug({ requestId, operationId, ignored: param }, 'a parameter has no effect');
    try {
      return await invoke(operationId, input, { onIgnored, ...caller });
    } catch (error) {
      if (error instanceof ApiError || caller.signal.aborted) throw error;
      log.error({ requestId: caller.requestId, operationId, err: error }, 'an operation failed');
      throw errors.internal(caller.requestId, error);
    }
  };
}
