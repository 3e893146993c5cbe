import { randomBytes } from 'node:crypto';
import { createApp, type App } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { createLogger } from '../../src/log.js';
import { liveThrough } from './life.js';
import { createDemoRegistry } from './registry.js';

/** `npm run demo`: a gateway in memory with a filled registry attached as `local`. Nothing is kept; Ctrl-C ends it. */
const config = readConfig({ LOG_LEVEL: 'warn', ...process.env });
const registry = await createDemoRegistry();
const app = await createApp({
  databaseUrl: 'sqlite::memory:',
  loadKey: () => randomBytes(32),
  admin: { username: config.admin.username, password: config.admin.password },
  allowedOrigins: config.allowedOrigins,
  logger: await createLogger(config.logLevel),
});

const password = config.admin.password ?? app.adminPassword ?? '';
const token = await logIn(app, config.admin.username, password);
await attach(app, `${config.admin.username}:${token}`, registry.url);
await liveThrough({ server: app.server, access: `${config.admin.username}:${token}`, store: registry.store });
const url = await listen(app);
process.stdout.write(describe(url, config.admin.username, password, token, registry.url));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void app
      .close()
      .then(() => registry.close())
      .then(() => process.exit(0));
  });
}

async function logIn({ server }: App, username: string, secret: string): Promise<string> {
  const answer = await server.inject({ method: 'POST', url: '/auth/login', payload: { username, password: secret } });
  return answer.json<{ auth_token: string }>().auth_token;
}

async function attach({ server }: App, access: string, addr: string): Promise<void> {
  const payload = { name: 'local', addr };
  const answer = await server.inject({ method: 'POST', url: '/api/registries', headers: { 'x-access-token': access }, payload });
  if (answer.statusCode !== 204) throw new Error(`The demo registry could not be attached: ${answer.body}`);
}

async function listen({ server }: App): Promise<string> {
  try {
    return await server.listen({ host: config.host, port: config.port });
  } catch (error) {
    process.stderr.write(`The gateway cannot listen on ${config.host}:${config.port}: ${(error as Error).message}. Choose another port: PORT=4001 npm run demo\n`);
    process.exit(1);
  }
}

function describe(gateway: string, username: string, secret: string, access: string, upstream: string): string {
  const header = `-H 'X-Access-Token: ${username}:${access}'`;
  const json = `-H 'Content-Type: application/json'`;
  const query = '{ registries { name repositories(first: 3) { nodes { name size tags(first: 2) { nodes { name image { platforms { os architecture size } } } } } } } }';
  const past = `{
    registry(name: "local") { protection { repository tag } tagHistory(repository: "platform/billing/api", formerOnly: true) { nodes { tag digest until } } }
    retentionPreview(registry: "local", repository: "website") { plan { tags { name } } kept { tag { name } reasons } }
  }`.replaceAll(/\s+/g, ' ');
  return `
registry-gateway demo: everything is in memory and goes when it stops (Ctrl-C).

  Explorer   ${gateway}/
  GraphQL    ${gateway}/graphql
  REST       ${gateway}/api/registries
  Registry   ${upstream}  attached as "local"
  Account    ${username} / ${secret}

One GraphQL query:
  curl -s ${header} ${json} ${gateway}/graphql -d '${JSON.stringify({ query })}'

What was moved and deleted, what is protected, and what retention would delete:
  curl -s ${header} ${json} ${gateway}/graphql -d '${JSON.stringify({ query: past })}'

The documented routes:
  curl -s ${header} ${gateway}/api/registries
  curl -s ${header} ${gateway}/api/registries/local
  curl -s ${header} ${gateway}/api/registries/local/repositories
  curl -s ${header} ${gateway}/api/registries/local/repositories/library/registry
  curl -s -i -X DELETE ${header} ${gateway}/api/registries/local/repositories/library/busybox

And what its clients also call:
  curl -s ${json} ${gateway}/auth/login -d '${JSON.stringify({ username, password: secret })}'
  curl -s -i ${header} ${json} ${gateway}/api/registries -d '${JSON.stringify({ name: 'second', addr: upstream })}'
  curl -s -i -X DELETE ${header} ${gateway}/api/registries/second

`;
}
