/**
 * What processes that share engines say to each other, and how it goes over a socket: a length of four bytes, then a structured clone.
 * Invariants: messages arrive whole and in order; a peer that reads nothing is cut off before what waits for it fills the memory.
 */
import type { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';
import { ApiError, type ErrorType } from '../../errors/api-error.ts';
import type { EngineSpec } from '../child-process/engine.ts';
import type { CancelMessage, EngineMessage } from '../child-process/messages.ts';
import type { EngineReport } from '../engine-report.ts';
import type { Priority } from '../language-model.ts';

/** Of the process that has no engines of its own. `engine` and `call` are numbers of its choice. */
export type ToHost =
  /** The first. `leads`: it hosts itself where the other does not lead. */
  | { type: 'hello'; version: string; leads: boolean }
  | { type: 'open'; engine: number; spec: EngineSpec }
  | { type: 'ready'; engine: number; call: number }
  | { type: 'enter'; engine: number; call: number; priority: Priority }
  /** Nobody waits any more for what was called. */
  | { type: 'abort'; call: number }
  | { type: 'leave'; engine: number; id: number }
  | { type: 'task'; engine: number; message: CancelMessage | object }
  | { type: 'close'; engine: number }
  /** Asks for a sign of life. */
  | { type: 'ping' };

export type FromHost =
  | { type: 'hello'; pid: number }
  | { type: 'pong' }
  | { type: 'wrong-version'; version: string }
  /** Somebody else hosts, or will: what is entered may be finished here, nothing new is taken. */
  | { type: 'moved' }
  | { type: 'ready'; call: number; facts: object }
  | { type: 'entered'; engine: number; call: number; id: number; facts: object | undefined }
  | { type: 'refused'; call: number; error: WireError }
  | { type: 'report'; engine: number; report: EngineReport }
  | { type: 'message'; engine: number; message: EngineMessage<unknown> }
  | { type: 'ended'; engine: number; error: WireError; ids: readonly number[] };

/** An ApiError as it travels. */
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

/** Whoever hosted does so no longer: another one is to be asked. */
export class HostMoved extends Error {
  override readonly name = 'HostMoved';
}

export interface Wire<Out> {
  send(message: Out): void;
  /** What was sent before still arrives. */
  end(): void;
}

const LENGTH_BYTES = 4;
const MOST_MESSAGE_BYTES = 512 * 1024 * 1024;
const MOST_UNREAD_BYTES = 64 * 1024 * 1024;

export function createWire<In, Out>(socket: Socket, onMessage: (message: In) => void): Wire<Out> {
  let unread: Buffer = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    unread = unread.length === 0 ? bytes : Buffer.concat([unread, bytes]);
    while (unread.length >= LENGTH_BYTES) {
      const length = unread.readUInt32LE(0);
      if (length > MOST_MESSAGE_BYTES) return void socket.destroy();
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
      if (socket.writableLength > MOST_UNREAD_BYTES) socket.destroy();
    },
    end: () => void socket.end(),
  };
}
