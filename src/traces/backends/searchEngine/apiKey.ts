/** The header for an API key, given as its maker encoded it, or as its id and itself with a colon between them. */
export function apiKeyHeader(key: string): string {
  return `ApiKey ${key.includes(':') ? Buffer.from(key).toString('base64') : key}`;
}
