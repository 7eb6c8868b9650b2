/** The environment variables with which clients of the API, such as the official ones, find their server. */

export interface ApiAddress {
  /** Ends in `/v1`. */
  baseUrl?: string;
  apiKey?: string;
  adminKey?: string;
  organization?: string;
  project?: string;
}

const NAMES = {
  baseUrl: 'OPENAI_BASE_URL',
  apiKey: 'OPENAI_API_KEY',
  adminKey: 'OPENAI_ADMIN_KEY',
  organization: 'OPENAI_ORG_ID',
  project: 'OPENAI_PROJECT_ID',
} as const;

/** Empty variables count as absent. */
export function readApiAddress(env: NodeJS.ProcessEnv = process.env): ApiAddress {
  const given = Object.entries(NAMES).map(([field, name]) => [field, env[name]?.trim()] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== ''));
}
