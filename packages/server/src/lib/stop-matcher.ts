/**
 * Finds stop strings in streamed text (Aho–Corasick), in time linear in the text, independent of the number of stop
 * strings and pushes. Invariant: the concatenated output does not depend on how the text was split, and ends before the
 * first stop string.
 */

export interface StopMatcher {
  /** Takes the next piece and returns the text that can be emitted. After `stopped` the text is always empty. */
  push(text: string): { text: string; stopped: boolean };
  /** Ends the text and returns the held text, which could have started a stop string. */
  flush(): string;
}

interface Node {
  /** The prefix of a stop string that leads here, which is the held text. */
  prefix: string;
  next: Map<number, Node>;
  /** Longest proper suffix of `prefix` that is a prefix of some stop. */
  fallback: Node | undefined;
  /** Length of the longest stop string that ends here; 0 for none. */
  stopLength: number;
}

function createNode(prefix: string): Node {
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
  const root = createNode('');
  for (const stop of stops) {
    let node = root;
    for (let i = 0; i < stop.length; i++) {
      const unit = stop.charCodeAt(i);
      const next: Node = node.next.get(unit) ?? createNode(stop.slice(0, i + 1));
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
 * Creates a matcher for one stream. The stop string that *ends* first wins; of several that end at the same position,
 * the longest. Empty strings never match.
 */
export function createStopMatcher(stops: readonly string[]): StopMatcher {
  const root = buildTrie(stops);
  linkFallbacks(root);
  let state = root;
  let stopped = false;

  /** Returns the first `length` units of the held text followed by `text`. */
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
