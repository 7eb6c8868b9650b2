/** Appends items to the output of a response between the parts of its loop, with the events that follow. */
import { LoopLost } from '../../generation/loop/turn.ts';
import type { TaskContext } from '../../jobs/task.ts';
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { NewItem } from '../../storage/repositories/response-items.ts';

/** The attempt that executes a response. */
export interface PublishDeps {
  context: Pick<TaskContext<ProjectRepositories>, 'repositories' | 'jobId' | 'attempt'>;
  response: { id: string };
}

/**
 * @param toEvents returns the events, given the position of the first item in the output.
 * @throws LoopLost if the attempt no longer holds the response.
 */
export async function publishItems(
  { context: { repositories, jobId, attempt }, response: { id } }: PublishDeps,
  items: readonly NewItem[],
  toEvents: (position: number) => readonly NewEvent[],
): Promise<void> {
  await repositories.transaction(async (tx) => {
    const locked = await tx.responses.lock(id);
    const holds = locked?.status === 'in_progress' && locked.jobId === jobId && locked.attempt === attempt;
    const position = holds ? await tx.responseItems.append(id, items) : undefined;
    if (position === undefined) throw new LoopLost();
    await tx.events.append(id, [...toEvents(position)]);
  });
}
