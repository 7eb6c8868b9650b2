/**
 * Creates a span per invocation with the operation, the model, the numbers of tokens and the status. It belongs to the
 * caller's trace if the caller sent one, and is propagated to upstreams. It never contains content of a request or
 * response.
 */
import {
  createTraceState,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { currentTrace, type TraceHeaders } from '../lib/trace-context.ts';
import type { InvocationEnd, Observe } from '../operations/observer.ts';

export interface TracingOptions {
  /** Base URL of the collector, e.g. `http://collector:4318`. */
  endpoint: string;
  headers: Readonly<Record<string, string>>;
  serviceName: string;
  version: string;
  /** Share of new traces that are sampled, 0..1. The trace of a caller is sampled if the caller samples it. */
  ratio: number;
  /** Receives messages about spans that could not be sent. */
  warn(message: string): void;
}

export interface Tracing {
  observe: Observe;
  /** Sends the spans in the queue. */
  close(): Promise<void>;
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const EXPORT_MS = 5000;
const CLOSE_MS = 2000;

export function startTracing({ endpoint, headers, serviceName, version, ratio, warn }: TracingOptions): Tracing {
  const report = (message: string, ...more: unknown[]) => warn([message, ...more.map(String)].join(' '));
  const quiet = () => undefined;
  diag.setLogger(
    { error: report, warn: report, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: { ...headers },
    timeoutMillis: EXPORT_MS,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('selfsame', version);
  return {
    observe: (operation, requestId) => {
      const current = currentTrace();
      const attributes = { 'selfsame.operation': operation, 'selfsame.request_id': requestId };
      const span = tracer.startSpan(operation, { kind: SpanKind.SERVER, attributes }, toParent(current?.incoming));
      if (current !== undefined) current.outgoing = toHeaders(span);
      return {
        firstEvent: () => {
          span.addEvent('first event');
        },
        end: (outcome) => end(span, outcome),
      };
    },
    async close() {
      // A collector that does not respond delays shutdown by `CLOSE_MS` at most.
      const ended = provider.shutdown().catch((error: unknown) => report('traces:', error));
      const late = wait(CLOSE_MS).then(() => `${endpoint} did not take the last traces within ${CLOSE_MS} ms.`);
      const complaint = await Promise.race([ended, late]);
      if (complaint !== undefined) report(complaint);
    },
  };
}

function end(span: Span, { status, usage }: InvocationEnd): void {
  span.setAttribute('http.response.status_code', status);
  if (usage !== undefined) {
    span.setAttributes({
      'gen_ai.response.model': usage.modelId,
      'gen_ai.usage.input_tokens': usage.inputTokens,
      'gen_ai.usage.cached_input_tokens': usage.cachedInputTokens,
      'gen_ai.usage.output_tokens': usage.outputTokens,
    });
  }
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function toParent(incoming: TraceHeaders | undefined) {
  const [, traceId, spanId, flags = '00'] = TRACEPARENT.exec(incoming?.traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const state = incoming?.tracestate === undefined ? {} : { traceState: createTraceState(incoming.tracestate) };
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true, ...state });
}

function toHeaders(span: Span): TraceHeaders {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const tracestate = traceState?.serialize() ?? '';
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    ...(tracestate === '' ? {} : { tracestate }),
  };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
