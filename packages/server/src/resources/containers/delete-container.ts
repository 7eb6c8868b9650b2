/** Deletes containers with their files and the state of their interpreters. */
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { Services } from '../services.ts';

/** False when there is no such container. */
export async function deleteContainer(
  { blobs, interpreters }: Pick<Services, 'blobs' | 'interpreters'>,
  { containers }: Pick<ProjectRepositories, 'containers'>,
  id: string,
): Promise<boolean> {
  const freed = await containers.delete(id);
  if (freed === undefined) return false;
  await interpreters.end(id);
  await blobs.delete(freed.map(({ key }) => key));
  return true;
}
