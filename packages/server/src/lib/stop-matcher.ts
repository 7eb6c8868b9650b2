/**
 * Finds stop strings in a stream of text (Aho–Corasick). Time is linear in the text, whatever the number of stops and pushes.
 * Invariant: the concatenated output does not depend on how the text was split, and contains no stop string and nothing after one.
 */

export interface StopMatcher {
  /** Takes the next piece; returns what may be shown by now. Once `stopped`, text is empty and stays so. */
  push(text: string): { text: string; stopped: boolean };
  /** The end of the text: returns what was held back because it might have begun a stop string. */
  flush(): string;
}

interface Node {
  /** The prefix of a stop string that leads here: exactly the text that is being held back. */
  prefix: string;
  next: Map<number, Node>;
  /** Longest proper suffix of `prefix` that is a prefix of some stop. */
  fallback: Node | undefined;
  /** Length of the longest stop that ends here, 0 = none. */
  stopLength: number;
}

function makeNode(prefix: string): Node {
  return { prefix, next: new Map(), fallback: undefined, stopLength: 0 };
}

function follow(from: Node, unit: number): Node {
  let node: Node | undefined = from;
  let root = from;
  while (node !== undefined) {
    const next = node.next.get(unit);
    if (next !== undefined) return next;
    root = node;
    node = node.fallback;
  }
  return root;
}

function buildTrie(stops: readonly string[]): Node {
  const root = makeNode('');
  for (const stop of stops) {
    let node = root;
    for (let i = 0; i < stop.length; i++) {
      const unit = stop.charCodeAt(i);
      const next: Node = node.next.get(unit) ?? makeNode(stop.slice(0, i + 1));
      node.next.set(unit, next);
      node = next;
    }
    node.stopLength = stop.length;
  }
  return root;
}

function linkFallbacks(root: Node): void {
  const breadthFirst = [root];
  for (const node of breadthFirst) {
    for (const [unit, child] of node.next) {
      child.fallback = node.fallback === undefined ? root : follow(node.fallback, unit);
      child.stopLength = Math.max(child.stopLength, child.fallback.stopLength);
      breadthFirst.push(child);
    }
  }
}

/**
 * A matcher for one stream. The stop that *ends* first wins; of those ending at the same place, the longest.
 * Empty strings among `stops` never match.
 */
export function createStopMatcher(stops: readonly string[]): StopMatcher {
  const root = buildTrie(stops);
  linkFallbacks(root);
  let state = root;
  let stopped = false;

  /** First `length` units of the held text followed by `text`. */
  function take(held: string, text: string, length: number): string {
    return length <= held.length ? held.slice(0, length) : held + text.slice(0, length - held.length);
  }

  return {
    push(text) {
      if (stopped) return { text: '', stopped };
      const held = state.prefix;
      for (let i = 0; i < text.length; i++) {
        state = follow(state, text.charCodeAt(i));
        if (state.stopLength > 0) {
          const length = held.length + i + 1 - state.stopLength;
          stopped = true;
          state = root;
          return { text: take(held, text, length), stopped };
        }
      }
      return { text: take(held, text, held.length + text.length - state.prefix.length), stopped };
    },
    flush() {
      const held = state.prefix;
      state = root;
      return held;
    },
  };
}
