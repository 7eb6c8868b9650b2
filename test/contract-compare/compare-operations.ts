/**
 * Compares every operation of the contract with the descriptions that have it: parameters, body, answer, stream event.
 */
import type { OpenApiDocument } from '../../packages/contract/src/openapi-document.ts';
import type { Operation } from '../../packages/contract/src/operation.ts';
import { type Comparison, compareSchemas, type Direction } from './compare-schemas.ts';
import { type Description, isObject, type Json, type JsonObject, operationsOf, shapeOf } from './description.ts';
import { resolverOf } from './shape.ts';

export interface Outcome {
  /** `VERSION DIRECTION PLACE: DIFFERENCE`, each once. */
  differences: string[];
  /** How often an operation, a pair of named schemas, a property was compared, over all descriptions. */
  operations: number;
  schemas: number;
  properties: number;
}

/** `descriptions` newest first: the first is compared exactly, the others as what older clients rely on. */
export function compareOperations(
  operations: readonly Operation[],
  document: OpenApiDocument,
  descriptions: readonly Description[],
): Outcome {
  const counts = { operations: 0, schemas: 0, properties: 0 };
  const differences = new Set<string>();
  const matched = new Set<string>();
  for (const [index, description] of descriptions.entries()) {
    const described = operationsOf(description);
    const seen = new Set<string>();
    for (const operation of operations) {
      const theirs = described.find(
        (each) => each.method === operation.method && shapeOf(each.path) === shapeOf(operation.path),
      );
      if (theirs === undefined) continue;
      matched.add(operation.id);
      counts.operations += 1;
      const inDirection = (direction: Direction): Comparison => ({
        direction,
        exact: index === 0,
        ours: resolverOf(document),
        theirs: resolverOf(description),
        report: (place, difference) => differences.add(`${description.version} ${direction} ${place}: ${difference}`),
        seen,
        counts,
      });
      const ours = document.paths[operation.path]?.[operation.method.toLowerCase()] as JsonObject;
      compareOperation(operation.id, { ours, theirs: theirs.spec }, inDirection);
    }
  }
  for (const { id } of operations) if (!matched.has(id)) differences.add(`any request ${id}: no description has it`);
  return { differences: [...differences], ...counts };
}

interface Pair {
  ours: JsonObject;
  theirs: JsonObject;
}

function compareOperation(id: string, pair: Pair, inDirection: (direction: Direction) => Comparison): void {
  const request = inDirection('request');
  compareParameters(request, id, pair);
  compareContent(request, `${id} body`, bodyOf(pair.ours, request.ours), bodyOf(pair.theirs, request.theirs));
  const response = inDirection('response');
  const [here, there] = [statusOf(pair.ours), statusOf(pair.theirs)];
  if (here !== there) response.report(`${id} answer`, `status is ${here} here, ${there} there`);
  compareContent(response, `${id} answer`, answerOf(pair.ours, response.ours), answerOf(pair.theirs, response.theirs));
}

function followed(node: Json | undefined, resolve: (pointer: string) => Json): JsonObject {
  if (!isObject(node)) return {};
  return typeof node.$ref === 'string' ? followed(resolve(node.$ref), resolve) : node;
}

function contentOf(node: JsonObject): Map<string, Json> {
  const content = isObject(node.content) ? node.content : {};
  return new Map(Object.entries(content).map(([type, media]) => [type, isObject(media) ? (media.schema ?? {}) : {}]));
}

function bodyOf(operation: JsonObject, resolve: (pointer: string) => Json): Map<string, Json> {
  return contentOf(followed(operation.requestBody, resolve));
}

function answerOf(operation: JsonObject, resolve: (pointer: string) => Json): Map<string, Json> {
  const responses = isObject(operation.responses) ? operation.responses : {};
  return contentOf(followed(responses[statusOf(operation)], resolve));
}

/** The status of success. */
function statusOf({ responses }: JsonObject): string {
  return Object.keys(isObject(responses) ? responses : {}).find((status) => status.startsWith('2')) ?? '200';
}

function compareContent(context: Comparison, place: string, ours: Map<string, Json>, theirs: Map<string, Json>): void {
  for (const [type, schema] of theirs) {
    const mine = ours.get(type);
    if (mine === undefined) context.report(place, `${type} is missing`);
    else compareSchemas(context, `${place} ${type}`, mine, schema);
  }
  if (!context.exact) return;
  for (const type of ours.keys()) if (!theirs.has(type)) context.report(place, `${type} is only here`);
}

function compareParameters(context: Comparison, id: string, pair: Pair): void {
  const ours = parametersOf(pair.ours, context.ours);
  const theirs = parametersOf(pair.theirs, context.theirs);
  for (const [key, parameter] of theirs) {
    const mine = ours.get(key);
    const place = `${id} ${key}`;
    if (mine === undefined) {
      context.report(place, 'is missing');
      continue;
    }
    context.counts.properties += 1;
    const [here, there] = [mine.required === true, parameter.required === true];
    if (here !== there && (context.exact || here)) context.report(place, `is required only ${here ? 'here' : 'there'}`);
    compareSchemas(context, place, mine.schema ?? {}, parameter.schema ?? {});
  }
  if (!context.exact) return;
  for (const key of ours.keys()) if (!theirs.has(key)) context.report(`${id} ${key}`, 'is only here');
}

/**
 * By `query NAME`, or `path N`: the names of path parameters change between versions. Some descriptions omit the
 * brackets that the official clients write after the name of a list.
 */
function parametersOf(operation: JsonObject, resolve: (pointer: string) => Json): Map<string, JsonObject> {
  const listed = Array.isArray(operation.parameters) ? operation.parameters : [];
  const result = new Map<string, JsonObject>();
  let position = 0;
  for (const each of listed) {
    const parameter = followed(each, resolve);
    if (parameter.in === 'path') result.set(`path ${++position}`, parameter);
    else if (parameter.in === 'query' && typeof parameter.name === 'string')
      result.set(`query ${JSON.stringify(parameter.name.replace(/\[\]$/, ''))}`, parameter);
  }
  return result;
}
