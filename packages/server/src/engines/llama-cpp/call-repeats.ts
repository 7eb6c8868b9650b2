/**
 * Detects calls that equal an earlier call of the same answer: same function, same arguments apart from white space.
 * Pure. Small models that must call a function otherwise repeat one call up to the limit.
 */
export class CallRepeats {
  /** Each earlier call: its name, a line break, and its arguments without white space between their parts. */
  readonly #earlier: string[] = [];
  #current = '';
  /** Earlier calls of which the current one is a prefix. */
  #candidates: string[] = [];

  start(name: string): void {
    this.#current = `${name}\n`;
    this.#candidates = this.#earlier.filter((call) => call.startsWith(this.#current));
  }

  /** Adds a character of the arguments. */
  push(character: string, inString: boolean): void {
    if (!inString && /\s/.test(character)) return;
    const at = this.#current.length;
    this.#current += character;
    this.#candidates = this.#candidates.filter((call) => call.startsWith(character, at));
  }

  /** Whether the current call may still equal an earlier one. */
  get undecided(): boolean {
    return this.#candidates.length > 0;
  }

  /** Call when the current call is complete. Returns whether it equals an earlier one. */
  end(): boolean {
    const repeated = this.#candidates.includes(this.#current);
    this.#candidates = [];
    this.#earlier.push(this.#current);
    return repeated;
  }
}
