/** The name by which a gateway's sessions are known in the server; what one is for stands behind it. */
export const gatewayName = 'registry-gateway';

/** As pg takes them, for every session of a gateway. `use`: what it is for, where it is not one of the pool. */
export function sessionOptions(url: string, use: 'listens' | 'lives' | 'searches' | null) {
  return {
    connectionString: toConnectionString(url),
    application_name: use === null ? gatewayName : `${gatewayName} (${use})`,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/** Of these modes pg says at each start that it takes them for `verify-full`, as it does. */
export function toConnectionString(url: string): string {
  const given = new URL(url);
  const mode = given.searchParams.get('sslmode') ?? '';
  if (['prefer', 'require', 'verify-ca'].includes(mode)) given.searchParams.set('sslmode', 'verify-full');
  return given.href;
}
