/** Observes operations: always metrics, and traces if an endpoint is configured. */
import type { Logger } from 'pino';
import type { Config } from '../config/load.ts';
import { type Observe, observeAll } from '../operations/observer.ts';
import { VERSION } from '../version.ts';
import { type MetricsSources, startMetrics } from './metrics.ts';

export async function startObservation(config: Config, sources: MetricsSources, log: Logger) {
  const metrics = startMetrics(config, sources);
  const tracing = await openTracing(config, log);
  const observers: Observe[] = tracing === undefined ? [metrics.observe] : [metrics.observe, tracing.observe];
  return {
    metrics,
    observe: observeAll(observers),
    traced: tracing !== undefined,
    close: async () => tracing?.close(),
  };
}

/** The OpenTelemetry packages are loaded only if they are used. */
async function openTracing(config: Config, log: Logger) {
  if (config.traceEndpoint === '') return undefined;
  const { startTracing } = await import('../tracing/tracing.ts');
  return startTracing({
    endpoint: config.traceEndpoint,
    headers: config.traceHeaders,
    serviceName: config.traceServiceName,
    version: VERSION,
    ratio: config.tracePercent / 100,
    warn: (message) => log.warn({ message }, 'tracing'),
  });
}
