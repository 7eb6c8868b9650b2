/**
 * Items of the API, the newest first → entries of the conversation for the loop. A call is joined with its output,
 * which may be any later item; consecutive calls are those of one turn. Items that no model reads are skipped.
 */
import type { ContentPart, LanguageModelMessage } from '../../engines/language-model.ts';
import { errors } from '../../errors/catalogue.ts';
import type { HistoryEntry } from '../../generation/loop/loop-store.ts';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { NewItem } from '../../storage/repositories/response-items.ts';
import { toolOfCall, toolOfOutput } from './client-tools/index.ts';
import { toFlatName } from './client-tools/list-client-tools.ts';
import { COMPACTION, type Compactions, toSummaryEntry } from './compaction/compactions.ts';
import { createApprovals, toMcpCall } from './remote-tools/mcp-history.ts';

/** @throws ApiError for content that no model of the server takes, or a compaction that it cannot read. */
export async function* toHistory(
  newestFirst: AsyncIterable<NewItem>,
  compactions: Pick<Compactions, 'open'>,
): AsyncGenerator<HistoryEntry> {
  const outputs = new Map<unknown, string>();
  const approvals = createApprovals();
  let calls: ModelCall[] = [];
  for await (const stored of newestFirst) {
    const item = withFileTexts(stored);
    const { data } = item;
    const answered = toolOfOutput.get(data['type']);
    if (answered !== undefined) outputs.set(answered.toCallId(data), answered.toOutputText(data));
    approvals.read(data);
    if (approvals.isReplaced(data)) continue;
    const call = toMcpCall(item, approvals) ?? toCall(item, outputs);
    if (call !== undefined) {
      calls.unshift(call);
      continue;
    }
    if (calls.length > 0) yield { type: 'calls', calls };
    calls = [];
    if (data['type'] === COMPACTION) {
      const compaction = compactions.open(data);
      if (compaction === undefined) throw errors.invalidEncryptedContent('input', item.id);
      yield* (compaction.tail ?? []).toReversed();
      yield toSummaryEntry(compaction);
      if (compaction.tail !== undefined) return;
      continue;
    }
    const entry = toMessageEntry(item);
    if (entry !== undefined) yield entry;
  }
  if (calls.length > 0) yield { type: 'calls', calls };
}

function toCall({ data, call }: NewItem, outputs: ReadonlyMap<unknown, string>): ModelCall | undefined {
  if (call !== undefined) return call;
  const tool = toolOfCall.get(data['type']);
  if (tool === undefined) return undefined;
  const { call_id: id, namespace } = data;
  const made = tool.toCall(data);
  const name = typeof namespace === 'string' ? toFlatName(namespace, made.name) : made.name;
  return { ...made, id: String(id), name, output: outputs.get(id) ?? null };
}

/** The item with the texts of its files in place of the files. */
function withFileTexts(item: NewItem): NewItem {
  const { data, fileTexts } = item;
  if (fileTexts === undefined) return item;
  const name = Array.isArray(data['content']) ? 'content' : 'output';
  const parts = (data[name] as readonly Part[]).map((part, index) => {
    const text = fileTexts[index];
    return typeof text === 'string' ? { type: 'input_text', text } : part;
  });
  return { ...item, data: { ...data, [name]: parts } };
}

const ROLES: ReadonlySet<unknown> = new Set(['user', 'assistant', 'system', 'developer']);

/** Returns undefined for an item that is no message, or an answer without text. */
export function toMessageEntry(item: NewItem): HistoryEntry | undefined {
  const { type = 'message', role, content } = withFileTexts(item).data;
  if (type !== 'message' || !ROLES.has(role)) return undefined;
  const parts = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : toParts(content);
  const isText = parts.every((part) => part.type === 'text');
  const text = isText ? parts.map((part) => (part.type === 'text' ? part.text : '')).join('') : undefined;
  if (role === 'assistant' && text === '') return undefined;
  return { type: 'message', message: { role: role as LanguageModelMessage['role'], content: text ?? parts } };
}

type Part = Readonly<Record<string, unknown>>;

function toParts(content: unknown): ContentPart[] {
  return (content as readonly Part[]).map(toPart);
}

function toPart(part: Part): ContentPart {
  const { type, text, refusal, image_url: url, detail, file_data: data, filename } = part;
  if (typeof text === 'string') return { type: 'text', text };
  if (typeof refusal === 'string') return { type: 'text', text: refusal };
  if (type === 'input_image' && typeof url === 'string') {
    const known = detail === 'low' || detail === 'high' || detail === 'auto';
    return { type: 'image', url, ...(known ? { detail } : {}) };
  }
  if (type === 'input_file' && typeof data === 'string') {
    return { type: 'file', data, ...(typeof filename === 'string' ? { name: filename } : {}) };
  }
  throw errors.unsupportedValue('input', `This server cannot read content of type '${String(type)}' without its data.`);
}
