/**
 * The protocol between processes that share engines. A message is a length of four bytes (little endian), then a
 * structured clone.
 * Invariants: messages arrive whole and in order; a peer that stops reading is disconnected after `MAX_UNREAD_BYTES`.
 */
import type { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';
import { ApiError, type ErrorType } from '../../errors/api-error.ts';
import type { EngineSpec } from '../child-process/engine.ts';
import type { CancelMessage, EngineMessage } from '../child-process/engine-protocol.ts';
import type { EngineReport } from '../engine-report.ts';
import type { Priority } from '../language-model.ts';

/** From a client to the host. The client chooses the numbers `engine` and `call`. */
export type ToHost =
  /** The first message. `leads`: the client takes over from a host that does not lead. */
  | { type: 'hello'; version: string; leads: boolean }
  | { type: 'open'; engine: number; spec: EngineSpec }
  | { type: 'ready'; engine: number; call: number }
  | { type: 'acquire'; engine: number; call: number; priority: Priority }
  /** The caller no longer waits for the result. */
  | { type: 'abort'; call: number }
  | { type: 'release'; engine: number; id: number }
  | { type: 'task'; engine: number; message: CancelMessage | object }
  | { type: 'close'; engine: number }
  /** The host responds with `pong`. */
  | { type: 'ping' };

export type FromHost =
  | { type: 'hello'; pid: number }
  | { type: 'pong' }
  | { type: 'wrong-version'; version: string }
  /** Another process hosts the engines, or will: tasks with a slot may finish here, new requests are not accepted. */
  | { type: 'moved' }
  | { type: 'ready'; call: number; facts: object }
  | { type: 'acquired'; engine: number; call: number; id: number; facts: object | undefined }
  | { type: 'refused'; call: number; error: WireError }
  | { type: 'report'; engine: number; report: EngineReport }
  | { type: 'message'; engine: number; message: EngineMessage<unknown> }
  | { type: 'ended'; engine: number; error: WireError; ids: readonly number[] };

/** A serialized ApiError. */
export interface WireError {
  message: string;
  status: number;
  type: ErrorType;
  code: string | null;
  param: string | null;
  headers: Readonly<Record<string, string>>;
}

export function toWireError({ message, status, type, code, param, headers }: ApiError): WireError {
  return { message, status, type, code, param, headers };
}

export function fromWireError({ message, ...fields }: WireError): ApiError {
  return new ApiError(message, fields);
}

/** The host has stopped hosting: the request must be repeated at another source. */
export class HostMoved extends Error {
  override readonly name = 'HostMoved';
}

export interface Wire<Out> {
  send(message: Out): void;
  /** Messages sent before still arrive. */
  end(): void;
}

const LENGTH_BYTES = 4;
const MAX_MESSAGE_BYTES = 512 * 1024 * 1024;
const MAX_UNREAD_BYTES = 64 * 1024 * 1024;

export function createWire<In, Out>(socket: Socket, onMessage: (message: In) => void): Wire<Out> {
  let unread: Buffer = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    unread = unread.length === 0 ? bytes : Buffer.concat([unread, bytes]);
    while (unread.length >= LENGTH_BYTES) {
      const length = unread.readUInt32LE(0);
      if (length > MAX_MESSAGE_BYTES) return void socket.destroy();
      if (unread.length < LENGTH_BYTES + length) return;
      const message = deserialize(unread.subarray(LENGTH_BYTES, LENGTH_BYTES + length)) as In;
      unread = unread.subarray(LENGTH_BYTES + length);
      onMessage(message);
    }
  });
  return {
    send(message) {
      if (socket.destroyed || socket.writableEnded) return;
      const body = serialize(message);
      const head = Buffer.allocUnsafe(LENGTH_BYTES);
      head.writeUInt32LE(body.length);
      socket.cork();
      socket.write(head);
      socket.write(body);
      socket.uncork();
      if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy();
    },
    end: () => void socket.end(),
  };
}
