/** Collects the metrics of HTTP, operations and engines, and protects them by a token. */
import type { Config } from '../config/load.ts';
import type { ModelRegistry } from '../engines/registry.ts';
import type { MetricsRoute } from '../http/metrics.ts';
import type { HttpObserver } from '../http/observe.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import type { ModelSupply } from '../models/supply/supply-models.ts';
import type { Repositories } from '../storage/repositories/repositories.ts';
import { VERSION } from '../version.ts';

export interface MetricsSources {
  registry: Pick<ModelRegistry, 'reports'>;
  supply: Pick<ModelSupply, 'upstreams'>;
  repositories: Pick<Repositories, 'system'>;
}

export function startMetrics(
  { metricsToken }: Pick<Config, 'metricsToken'>,
  { registry, supply, repositories }: MetricsSources,
): Metrics & MetricsRoute & HttpObserver {
  const metrics = createMetrics({
    version: VERSION,
    engines: () => registry.reports().map(({ modelId, report }) => ({ modelId, ...report })),
    upstreams: supply.upstreams,
    jobs: () => repositories.system().jobs.tally(),
    now: () => performance.now(),
  });
  return { ...metrics, token: metricsToken };
}
