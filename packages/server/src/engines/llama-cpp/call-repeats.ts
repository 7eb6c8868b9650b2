/**
 * Tells whether a call equals an earlier one of the same answer: the same function, the same arguments but for white space. Pure.
 * Small models that must call write the same call until the list is full.
 */
export class CallRepeats {
  /** Each earlier call: its name, a line break, and its arguments without white space between their parts. */
  readonly #earlier: string[] = [];
  #current = '';
  /** Earlier calls that begin with what there is of the current one. */
  #candidates: string[] = [];

  begin(name: string): void {
    this.#current = `${name}\n`;
    this.#candidates = this.#earlier.filter((call) => call.startsWith(this.#current));
  }

  /** Takes a character of the arguments. */
  push(character: string, inString: boolean): void {
    if (!inString && /\s/.test(character)) return;
    const at = this.#current.length;
    this.#current += character;
    this.#candidates = this.#candidates.filter((call) => call.startsWith(character, at));
  }

  /** Whether the current call may still turn out to be a repetition. */
  get undecided(): boolean {
    return this.#candidates.length > 0;
  }

  /** The current call is whole. Returns whether it equals an earlier one. */
  end(): boolean {
    const repeated = this.#candidates.includes(this.#current);
    this.#candidates = [];
    this.#earlier.push(this.#current);
    return repeated;
  }
}
