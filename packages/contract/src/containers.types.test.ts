/**
 * Compares containers with the types of the official client at compile time. The test asserts that the file was
 * compiled.
 */
import type { OpenAI } from 'openai';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import type * as files from './containers/files.ts';
import type * as containers from './containers.ts';
import type { BodyOf, ParamsOf, QueryOf, ResponseOf } from './operation.ts';

type Client = typeof OpenAI.Containers;
type Containers = InstanceType<Client>;
type Sent<Method extends (...args: never[]) => unknown> = Parameters<Method>;

it('containers and their files fit the types of the official client', () => {
  const checks: [
    Assignable<ResponseOf<typeof containers.create>, OpenAI.ContainerCreateResponse>,
    Assignable<ResponseOf<typeof containers.retrieve>, OpenAI.ContainerRetrieveResponse>,
    Assignable<ResponseOf<typeof containers.list>['data'][number], OpenAI.ContainerListResponse>,
    Assignable<ResponseOf<typeof files.create>, OpenAI.Containers.FileCreateResponse>,
    Assignable<ResponseOf<typeof files.retrieve>, OpenAI.Containers.FileRetrieveResponse>,
    Assignable<ResponseOf<typeof files.list>['data'][number], OpenAI.Containers.FileListResponse>,
  ] = [true, true, true, true, true, true];
  expect(checks).toHaveLength(6);
});

it('requests of the official client about containers fit the contract', () => {
  const checks: [
    Assignable<OpenAI.ContainerCreateParams, BodyOf<typeof containers.create>>,
    Assignable<keyof BodyOf<typeof containers.create>, keyof OpenAI.ContainerCreateParams>,
    Assignable<OpenAI.ContainerListParams, Partial<QueryOf<typeof containers.list>>>,
    Assignable<keyof QueryOf<typeof containers.list>, keyof OpenAI.ContainerListParams>,
    // The client takes every kind of file.
    Assignable<Omit<OpenAI.Containers.FileCreateParams, 'file'>, BodyOf<typeof files.create>>,
    Assignable<keyof BodyOf<typeof files.create>, keyof OpenAI.Containers.FileCreateParams>,
    Assignable<OpenAI.Containers.FileListParams, Partial<QueryOf<typeof files.list>>>,
    Assignable<keyof QueryOf<typeof files.list>, keyof OpenAI.Containers.FileListParams>,
  ] = [true, true, true, true, true, true, true, true];
  expect(checks).toHaveLength(8);
});

it('the ids in the paths of containers are those that the official client takes', () => {
  const checks: [
    Assignable<Sent<Containers['retrieve']>[0], ParamsOf<typeof containers.retrieve>['container_id']>,
    Assignable<Sent<Containers['delete']>[0], ParamsOf<typeof containers.delete>['container_id']>,
    Assignable<OpenAI.Containers.FileRetrieveParams, Omit<ParamsOf<typeof files.retrieve>, 'file_id'>>,
    Assignable<OpenAI.Containers.FileDeleteParams, Omit<ParamsOf<typeof files.delete>, 'file_id'>>,
    Assignable<{ container_id: string; file_id: string }, ParamsOf<typeof files.content>>,
  ] = [true, true, true, true, true];
  expect(checks).toHaveLength(5);
});
