/**
 * The commands of `selfsame api`: the ids of the operations as words, e.g. `vector-stores file-batches cancel`. Pure.
 */

export interface Node<O> {
  /** The words up to here. */
  words: readonly string[];
  children: Map<string, Node<O>>;
  operation?: O;
}

/** `listFiles` → `list-files`. */
export function toKebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replaceAll('_', '-');
}

/** `vectorStores.fileBatches.cancel` → `['vector-stores', 'file-batches', 'cancel']`. */
export function toWords(id: string): string[] {
  return id.split('.').map(toKebab);
}

export function buildTree<O extends { id: string }>(operations: readonly O[]): Node<O> {
  const root: Node<O> = { words: [], children: new Map() };
  for (const operation of operations) {
    let node = root;
    for (const word of toWords(operation.id)) {
      const child = node.children.get(word) ?? { words: [...node.words, word], children: new Map() };
      node.children.set(word, child);
      node = child;
    }
    node.operation = operation;
  }
  return root;
}

/** The node that the first words name, and the words after it. A group precedes an operation of the same name. */
export function findNode<O>(root: Node<O>, words: readonly string[]): { node: Node<O>; rest: readonly string[] } {
  let node = root;
  for (const [index, word] of words.entries()) {
    const child = node.children.get(word);
    if (child === undefined) return { node, rest: words.slice(index) };
    node = child;
  }
  return { node, rest: [] };
}

/** Every operation below a node. */
export function operationsBelow<O>(node: Node<O>): O[] {
  const own = node.operation === undefined ? [] : [node.operation];
  return [...own, ...[...node.children.values()].flatMap((child) => operationsBelow(child))];
}
