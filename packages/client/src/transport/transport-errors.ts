/** Errors of a transport. Invariant: no message contains a header of a request or a password. */
import { APIConnectionError, APIConnectionTimeoutError, SelfsameError } from '../core/errors.ts';

/** A connection option that is unknown, has a wrong value, or that the runtime cannot honour. */
export class OptionError extends SelfsameError {
  /** Path of the field, e.g. `poolConfig.waitTime`. */
  readonly option: string;

  constructor(option: string, problem: string) {
    super(`option '${option}' ${problem}`);
    this.option = option;
  }
}

/** No connection became free within `poolConfig.waitTime`. */
export class PoolExhaustedError extends APIConnectionTimeoutError {}

/** The circuit is open: no request was sent. */
export class CircuitOpenError extends APIConnectionError {
  constructor() {
    super('the circuit is open after too many failures (circuitBreaker): the request was not sent');
  }
}

/** The proxy refused the user name and password, or demands them (407). */
export class ProxyAuthenticationError extends APIConnectionError {}

/** The proxy refused the connection, or cannot be reached. */
export class ProxyError extends APIConnectionError {}

/** A response exceeds a limit of `responseLimits`. */
export class ResponseLimitError extends APIConnectionError {
  readonly limit: 'maxStatusLineLength' | 'maxHeaderSize' | 'maxEntityBodySize';

  constructor(limit: ResponseLimitError['limit'], value: number) {
    super(`the response exceeds responseLimits.${limit} (${value})`);
    this.limit = limit;
  }
}

/** A redirect cannot be followed. */
export class RedirectError extends APIConnectionError {}
