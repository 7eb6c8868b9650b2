/** Valid records for the conformance suite, without ids. A case overrides the fields that it tests. */
import type { AssistantFields } from '../assistants.ts';
import type { LineResult, NewBatch } from '../batches.ts';
import type { FileRecord } from '../files.ts';
import type { NewJob } from '../jobs.ts';
import type { NewMessage } from '../messages.ts';
import type { UsageEventRecord } from '../records.ts';
import type { NewResponse } from '../responses.ts';
import type { NewRunStep } from '../run-steps.ts';
import type { RunRecord } from '../runs.ts';

export const USAGE_EVENT: Omit<UsageEventRecord, 'id' | 'organizationId' | 'projectId'> = {
  apiKeyId: null,
  operationId: 'chat.completions.create',
  modelId: null,
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  requests: 0,
  startedAt: 0,
  durationMs: 0,
  status: 200,
};

export const JOB: NewJob = { task: 'tests.nothing', payload: null, queue: 'tests', priority: 0, maxAttempts: 1 };

export const COMPLETION = { model: 'nano', requestedModel: 'nano', completion: {}, metadata: { a: 'b' } };

export const FILE: Omit<FileRecord, 'id' | 'projectId' | 'createdAt'> = {
  filename: 'a',
  purpose: 'assistants',
  contentType: 'text/plain',
  bytes: 3,
  expiresAt: null,
};

export const UPLOAD = {
  filename: 'a',
  purpose: 'assistants',
  contentType: 'text/plain',
  bytes: 3,
  fileLifetimeSeconds: null,
  createdAt: 0,
};

export const ASSISTANT: AssistantFields = {
  model: 'nano',
  name: null,
  description: null,
  instructions: null,
  tools: [],
  toolResources: {},
  responseFormat: 'auto',
  temperature: 1,
  topP: 1,
  reasoningEffort: null,
  metadata: {},
};

export const THREAD = { toolResources: {}, metadata: {} };

export const MESSAGE: Omit<NewMessage, 'id' | 'createdAt'> = {
  role: 'user',
  status: 'completed',
  incompleteReason: null,
  content: [],
  attachments: [],
  metadata: {},
  assistantId: null,
  runId: null,
  completedAt: null,
  incompleteAt: null,
};

export const RUN: Omit<RunRecord, 'id' | 'projectId' | 'threadId'> = {
  assistantId: 'asst_1',
  status: 'queued',
  model: 'nano',
  definition: {
    instructions: '',
    tools: [],
    toolResources: {},
    temperature: 1,
    topP: 1,
    maxPromptTokens: null,
    maxCompletionTokens: null,
    truncation: { type: 'auto' },
    toolChoice: 'auto',
    parallelToolCalls: true,
    responseFormat: 'auto',
    reasoningEffort: null,
  },
  metadata: {},
  open: null,
  calls: [],
  promptTokens: 0,
  completionTokens: 0,
  lastError: null,
  incompleteReason: null,
  jobId: null,
  attempt: 0,
  apiKeyId: null,
  createdAt: 0,
  expiresAt: 0,
  startedAt: null,
  cancelledAt: null,
  failedAt: null,
  completedAt: null,
};

export const RUN_STEP: Omit<NewRunStep, 'id' | 'threadId' | 'runId'> = {
  assistantId: 'asst_1',
  type: 'tool_calls',
  status: 'completed',
  messageId: null,
  calls: [],
  lastError: null,
  promptTokens: null,
  completionTokens: null,
  createdAt: 0,
  expiredAt: null,
  cancelledAt: null,
  failedAt: null,
  completedAt: null,
};

export const RESPONSE: Omit<NewResponse, 'id'> = {
  status: 'queued',
  model: 'nano',
  request: {},
  metadata: {},
  previousResponseId: null,
  conversationId: null,
  conversationSeq: null,
  background: false,
  stored: true,
  open: null,
  calls: [],
  promptTokens: 0,
  completionTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  error: null,
  incompleteReason: null,
  jobId: null,
  attempt: 0,
  apiKeyId: null,
  createdAt: 0,
  endedAt: null,
};

export const BATCH: Omit<NewBatch, 'id'> = {
  apiKeyId: null,
  endpoint: '/v1/embeddings',
  inputFileId: 'file-1',
  completionWindow: '24h',
  outputLifetimeSeconds: null,
  metadata: null,
  createdAt: 0,
  expiresAt: 0,
};

export const BATCH_LINE = { start: 0, bytes: 1 };

/** The result of a completed line. */
export const ANSWER: Omit<LineResult, 'number'> = { outcome: 'completed', result: '{}', usage: null, model: null };

export const CONTAINER = { name: 'a', memoryLimit: '1g', idleMinutes: 20 };

export const CONTAINER_FILE = { path: '/mnt/data/a.csv', source: 'user' as const, originFileId: 'file-a' };

export const VECTOR_STORE = {
  name: 'a',
  description: null,
  metadata: {},
  expiresAfterDays: null,
  expiresAt: null,
  lastActiveAt: 0,
};

export const VECTOR_STORE_FILE = { batchId: null, jobId: 'job_x', chunkTokens: 800, overlapTokens: 400 };
