/** The name by which a gateway's sessions are known in the server; what one is for stands behind it. */
export const gatewayName = 'registry-gateway';

/**
 * For each session of statements that somebody waits for. They are short: to compile one, or to start processes that
 * share it, takes the server 10 to 40 ms, longer than most run; and a search that has several cores takes them from
 * others.
 */
export const shortStatements: Readonly<Record<string, string>> = { jit: 'off', max_parallel_workers_per_gather: '0' };

/** The terms of a select list that give a session these settings, which are the gateway's own words. */
export function setting(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `set_config('${name}', '${value}', false)`)
    .join(', ');
}

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
