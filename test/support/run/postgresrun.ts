import { prepareTemplate, serverVariable } from '../servers/engines.js';
import { startPostgres } from '../servers/postgres.js';

/** Starts the one server of a run on PostgreSQL; gives what ends it. */
export default async function startServer(): Promise<void> {
  const server = await startPostgres();
  await prepareTemplate(server.url);
  process.env[serverVariable] = server.url;
  Object.assign(globalThis, { stopServer: () => server.close() });
}
