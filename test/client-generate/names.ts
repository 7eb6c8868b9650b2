/** Names of the client's methods, classes and files, from the ids of operations. */

/** Operations whose method in the official client has another name than their id. */
const METHODS: Readonly<Record<string, string>> = {
  'containers.files.content': 'containers.files.content.retrieve',
  'organization.projects.rateLimits.list': 'admin.organization.projects.rateLimits.listRateLimits',
  'organization.projects.rateLimits.update': 'admin.organization.projects.rateLimits.updateRateLimit',
  'skills.content': 'skills.content.retrieve',
  'skills.versions.content': 'skills.versions.content.retrieve',
  'videos.characters.create': 'videos.createCharacter',
  'videos.characters.retrieve': 'videos.getCharacter',
  'videos.content': 'videos.downloadContent',
};

/** Path of the method on the client, e.g. `admin.organization.users.list`. */
export function methodOf(id: string): string {
  const known = METHODS[id];
  if (known !== undefined) return known;
  const path = id.startsWith('organization.') ? `admin.${id}` : id;
  return path.replace('.adminApiKeys.', '.adminAPIKeys.');
}

export function toKebabCase(name: string): string {
  return name.replaceAll(/([a-z\d])([A-Z])/g, '$1-$2').toLowerCase();
}

export function toPascalCase(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** `vector_store_id` → `vectorStoreId`. */
export function toCamelCase(name: string): string {
  return name.replaceAll(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
