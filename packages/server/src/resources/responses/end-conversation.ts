/** What the end of a response does to its conversation, in the transaction of the end. */
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { NewItem } from '../../storage/repositories/response-items.ts';
import type { ResponseRecord } from '../../storage/repositories/responses.ts';

const PAGE = 200;

/** Appends input and output if there is an answer, and frees the conversation, unless it was deleted. */
export async function endConversation(
  { conversations, conversationItems, responseItems }: ProjectRepositories,
  { id, conversationId, status }: ResponseRecord,
): Promise<void> {
  if (conversationId === null) return;
  if (status === 'completed' || status === 'incomplete') {
    const input: NewItem[] = [];
    for (let hasMore = true; hasMore; ) {
      const page = await responseItems.listInput(id, { limit: PAGE, after: input.at(-1)?.id });
      input.push(...page.records);
      hasMore = page.hasMore;
    }
    await conversationItems.append(conversationId, [...input, ...(await responseItems.listOutput(id))]);
  }
  await conversations.endResponse(conversationId, id);
}
