/** The text of a response in one field, which only clients have. */

interface Part {
  type?: unknown;
  text?: unknown;
}

interface Item {
  type?: unknown;
  content?: readonly Part[];
}

/** Sets `output_text` of a response: the texts of all its messages. Any other value stays as it is. */
export function addOutputText(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const response = value as { object?: unknown; output?: unknown; output_text?: unknown };
  if (response.object !== 'response' || !Array.isArray(response.output)) return;
  const parts = (response.output as Item[])
    .filter(({ type }) => type === 'message')
    .flatMap(({ content }) => content ?? [])
    .filter(({ type }) => type === 'output_text');
  response.output_text = parts.map(({ text }) => text).join('');
}
