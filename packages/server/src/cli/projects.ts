/** `selfsame projects list|create|archive`: works on the database directly, also while a server runs. */
import { CommandError, type SettingFlags } from './settings-flags.ts';
import { table } from './table.ts';
import { type Storage, toMinute, withStorage } from './with-storage.ts';

export async function listProjects(flags: SettingFlags): Promise<void> {
  await withStorage(flags, async ({ projects, apiKeys, owner }) => {
    const keys = await apiKeys.list();
    const activeKeys = (projectId: string) =>
      keys.filter((key) => key.projectId === projectId && key.revokedAt === null).length;
    const rows = (await projects.list()).map(({ id, name, createdAt, archivedAt }) => [
      id,
      id === owner.projectId ? `${name} (default)` : name,
      String(activeKeys(id)),
      toMinute(createdAt),
      archivedAt === null ? 'active' : `archived ${toMinute(archivedAt)}`,
    ]);
    console.log(table(['id', 'name', 'active keys', 'created', 'state'], rows));
  });
}

export async function createProject(name: string, flags: SettingFlags): Promise<void> {
  await withStorage(flags, async ({ projects }) => {
    const project = await projects.create(name);
    console.log(project.id);
    console.error(
      `Project ${project.id} ("${project.name}") is made. Its first key: selfsame keys create --project ${project.id}`,
    );
  });
}

export async function archiveProject(idOrName: string, flags: SettingFlags): Promise<void> {
  await withStorage(flags, async (storage) => {
    const { id, name } = await findProject(storage, idOrName);
    await storage.projects.archive(id);
    console.log(`Project ${id} ("${name}") is archived: its keys are refused, its records stay.`);
  });
}

/** By id or name. @throws CommandError that names the command that lists projects. */
export async function findProject({ projects }: Storage, idOrName: string) {
  const project = await projects.find(idOrName);
  if (project !== undefined) return project;
  throw new CommandError(
    `no project has the id or name '${idOrName}'. \`selfsame projects list\` shows them, \`selfsame projects create NAME\` makes one.`,
  );
}
