/** References to the sources of catalogue files, and facts that entries of all kinds share. */

/** A file of a hub repository. */
export function hub(repository: string, file: string): string {
  return `hf:${repository}:${file}`;
}

/** A file in pieces in packages of the Python index; `part` counts from 1. */
export function inPackages(parts: number, toPiece: (part: number) => string): string {
  return `pypi:${Array.from({ length: parts }, (_, index) => toPiece(index + 1)).join(',')}`;
}

/** Unix seconds of the start of a day, UTC. */
export function day(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / 1000;
}
