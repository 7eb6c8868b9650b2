import { describe, expect, it } from 'vitest';
import { canonicalUrl, deploymentOf } from './spelling.ts';

describe('canonicalUrl', () => {
  it.each([
    ['/v1/models', '/v1/models'],
    ['/v1/files?limit=2&after=a/', '/v1/files?limit=2&after=a/'],
    ['/v1/threads/', '/v1/threads'],
    ['/v1/threads///?limit=2', '/v1/threads?limit=2'],
    ['/v1//models', '/v1/models'],
    ['//v1/models', '/v1/models'],
    ['/v1/threads//messages', '/v1/threads//messages'],
    ['/', '/'],
    ['//', '/'],
    ['', '/'],
    ['*', '*'],
    ['/v1/', '/v1'],
    ['/healthz/', '/healthz'],
    ['http://127.0.0.1:8642/v1/models?a=b', '/v1/models?a=b'],
    ['http://127.0.0.1:8642', '/'],
    ['/openai/v1/chat/completions', '/v1/chat/completions'],
    ['/openai/v1/models/?api-version=preview', '/v1/models'],
    ['/openai/files?api-version=2024-10-21&purpose=batch', '/v1/files?purpose=batch'],
    ['/openai/threads/t_1/messages?limit=2&api-version=x', '/v1/threads/t_1/messages?limit=2'],
    ['/openai/threads//messages?api-version=x', '/v1/threads//messages'],
    ['/openai/deployments/my%2Fmodel/chat/completions?api-version=x', '/v1/chat/completions'],
    ['/openai/deployments/m/embeddings/', '/v1/embeddings'],
    ['/openai/deployments', '/v1/deployments'],
    ['/openai', '/v1'],
    ['/openai.json', '/openai.json'],
    ['/openapi.json', '/openapi.json'],
    ['/v1/openai/models', '/v1/openai/models'],
  ])('rewrites %j to %j', (url, canonical) => {
    expect(canonicalUrl(url)).toBe(canonical);
  });

  it('takes time that grows with the length of a URL, not with its square', () => {
    const since = performance.now();
    canonicalUrl(`/v1/${'/'.repeat(2_000_000)}x`);
    canonicalUrl(`/openai${'/'.repeat(2_000_000)}x/`);
    expect(performance.now() - since).toBeLessThan(500);
  });
});

describe('deploymentOf', () => {
  it.each([
    ['/openai/deployments/my%2Fmodel/chat/completions?api-version=x', 'my/model'],
    ['/openai/deployments/m/embeddings', 'm'],
    ['/openai/deployments/%ff/embeddings', undefined],
    ['/openai/deployments/m', undefined],
    ['/openai/v1/chat/completions', undefined],
    ['/v1/chat/completions?x=/openai/deployments/m/y', undefined],
  ])('finds in %j the deployment %j', (url, name) => {
    expect(deploymentOf(url)).toBe(name);
  });
});
