/** Whether a database URL that was read from the settings names a PostgreSQL server. */
export function isServerUrl(databaseUrl: string): boolean {
  return /^postgres(?:ql)?:/.test(databaseUrl);
}

/** The URL of a server without its password, to be shown and logged. */
export function hidePassword(serverUrl: string): string {
  const url = new URL(serverUrl);
  url.password = '';
  return url.href;
}
