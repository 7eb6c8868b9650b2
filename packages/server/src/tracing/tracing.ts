/**
 * A span per invocation: which operation, which model answered, how many tokens, which status; as a part of the caller's trace where the
 * caller sent one, and handed on to upstreams. Nothing of a request's or an answer's content goes into it.
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
  /** Share of the traces begun here that is sent, 0..1; a trace of the caller's is sent where the caller's is. */
  ratio: number;
  /** Told what could not be sent. */
  warn(message: string): void;
}

export interface Tracing {
  observe: Observe;
  /** Sends what waits. */
  close(): Promise<void>;
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const EXPORT_MS = 5000;
const CLOSE_MS = 2000;

export function startTracing({ endpoint, headers, serviceName, version, ratio, warn }: TracingOptions): Tracing {
  const tell = (message: string, ...more: unknown[]) => warn([message, ...more.map(String)].join(' '));
  const quiet = () => undefined;
  diag.setLogger(
    { error: tell, warn: tell, info: quiet, debug: quiet, verbose: quiet },
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
      // Sends what waits first; a collector that is away does not hold up the end of the server.
      const ended = provider.shutdown().catch((error: unknown) => tell('traces:', error));
      const late = wait(CLOSE_MS).then(() => `${endpoint} did not take the last traces within ${CLOSE_MS} ms.`);
      const complaint = await Promise.race([ended, late]);
      if (complaint !== undefined) tell(complaint);
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
