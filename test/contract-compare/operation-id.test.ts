import { describe, expect, it } from 'vitest';
import { operationId } from './operation-id.ts';

describe('operationId', () => {
  it.each([
    ['POST', '/chat/completions', 'chat.completions.create'],
    ['GET', '/chat/completions/{completion_id}/messages', 'chat.completions.messages.list'],
    ['DELETE', '/models/{model}', 'models.delete'],
    ['GET', '/files/{file_id}/content', 'files.content'],
    ['POST', '/vector_stores/{vector_store_id}/file_batches/{batch_id}/cancel', 'vectorStores.fileBatches.cancel'],
    ['POST', '/vector_stores/{vector_store_id}/search', 'vectorStores.search'],
    ['POST', '/threads/{thread_id}/runs/{run_id}/submit_tool_outputs', 'threads.runs.submitToolOutputs'],
    ['POST', '/threads/runs', 'threads.createAndRun'],
    ['POST', '/evals/{eval_id}/runs/{run_id}', 'evals.runs.cancel'],
    ['GET', '/organization/usage/audio_speeches', 'organization.usage.audioSpeeches'],
    ['POST', '/organization/data_retention', 'organization.dataRetention.update'],
    ['GET', '/projects/{project_id}/roles', 'organization.projects.roles.list'],
    ['POST', '/responses/compact?beta=true', 'beta.responses.compact'],
  ])('derives from %s %s the id %s', (method, path, id) => {
    expect(operationId(method, path)).toBe(id);
  });

  it('throws for a method without a verb', () => {
    expect(() => operationId('PUT', '/things')).toThrow('No verb for PUT');
  });
});
