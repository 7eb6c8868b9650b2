/**
 * Derives the id of a known operation from its method and path like the official client: resource path and verb. Rules
 * apply first, then exceptions for the few operations with another client method.
 */
import { shapeOf } from './description.ts';

const ITEM_VERBS: Record<string, string> = { GET: 'retrieve', POST: 'update', DELETE: 'delete' };
const LIST_VERBS: Record<string, string> = { GET: 'list', POST: 'create', DELETE: 'delete' };
const ONLY_ONE_VERBS = ITEM_VERBS;

/** Last segments that are verbs of the resource before them. */
const ACTIONS = new Set(
  (
    'accept activate archive cancel compact complete deactivate hangup pause refer ' +
    'reject remix resume run search submit_tool_outputs validate'
  ).split(' '),
);

/** Singleton resources, which are retrieved and updated instead of listed and created. */
const ONLY_ONE = new Set(['data_retention', 'hosted_tool_permissions', 'model_permissions', 'spend_limit']);

const EXCEPTIONS: Record<string, string> = {
  'GET /chatkit/threads/{}/items': 'chatkit.threads.listItems',
  'POST /evals/{}/runs/{}': 'evals.runs.cancel',
  'GET /fine_tuning/jobs/{}/events': 'fineTuning.jobs.listEvents',
  'POST /images/edits': 'images.edit',
  'POST /images/generations': 'images.generate',
  'POST /images/variations': 'images.createVariation',
  'GET /organization/costs': 'organization.usage.costs',
  'POST /responses/input_tokens': 'responses.inputTokens.count',
  'POST /threads/runs': 'threads.createAndRun',
  'GET /vector_stores/{}/file_batches/{}/files': 'vectorStores.fileBatches.listFiles',
  'POST /videos/edits': 'videos.edit',
  'POST /videos/extensions': 'videos.extend',
};

/** `POST /vector_stores/{id}/file_batches/{id}/cancel` → `vectorStores.fileBatches.cancel`. */
export function operationId(method: string, pathWithQuery: string): string {
  const [path = '', query] = pathWithQuery.split('?');
  const id = EXCEPTIONS[`${method} ${shapeOf(path)}`] ?? byRule(method, path);
  return query === 'beta=true' ? `beta.${id}` : id;
}

function byRule(method: string, path: string): string {
  const segments = path.slice(1).split('/');
  const last = segments.at(-1) ?? '';
  const nouns = segments.filter((segment) => !segment.startsWith('{')).map(toCamelCase);
  // Roles of a project have a separate path but belong to the organization's project.
  if (nouns[0] === 'projects') nouns.unshift('organization');
  return last === 'content' || ACTIONS.has(last) || path.startsWith('/organization/usage/')
    ? nouns.join('.')
    : [...nouns, verb(method, last)].join('.');
}

function verb(method: string, last: string): string {
  const verbs = last.startsWith('{') ? ITEM_VERBS : ONLY_ONE.has(last) ? ONLY_ONE_VERBS : LIST_VERBS;
  const found = verbs[method];
  if (found === undefined) throw new Error(`No verb for ${method} …/${last}`);
  return found;
}

function toCamelCase(segment: string): string {
  return segment.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
