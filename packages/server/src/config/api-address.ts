/** The environment variables with which clients of the API find their server. */

export interface ApiAddress {
  baseUrl: string | undefined;
  hasKey: boolean;
}

export function readApiAddress(env: NodeJS.ProcessEnv = process.env): ApiAddress {
  const baseUrl = env['OPENAI_BASE_URL']?.trim();
  const keys = [env['OPENAI_API_KEY'], env['OPENAI_ADMIN_KEY']];
  return {
    baseUrl: baseUrl === '' ? undefined : baseUrl,
    hasKey: keys.some((key) => key !== undefined && key.trim() !== ''),
  };
}
