import type { FastifyInstance } from 'fastify';
import {
  assertNoBody,
  assertParameters,
  readBody,
  registryBody,
  registryChanges,
  testBody,
  type GivenSettings,
} from './input.js';
import { locateJob, sendJob } from './jobs.js';
import * as operations from './operations.js';
import { assertAccepted, assertNoUserErrors } from './outcome.js';
import { findName } from './plans.js';
import { readWriteQuery, refreshQuery } from './queries.js';
import type { RunFor } from './reads.js';
import { shapeTest, type TestData } from './connectiontest.js';
import type { RegistryData } from './shapes.js';

interface RegistryRoute {
  readonly Params: { readonly name: string };
}

/** Attaching, changing, detaching and reading again: not in the documented page, but what its clients also call. */
export function registerManagement(server: FastifyInstance, run: RunFor): void {
  server.post('/api/registries', async (request, reply) => {
    assertParameters(request, 'Attaching a registry');
    const input = toSettings(readBody(registryBody, request.body));
    assertAccepted(await run(request, operations.addRegistry, { input }));
    return reply.code(204).send();
  });

  server.patch<RegistryRoute>('/api/registries/:name', async (request, reply) => {
    assertParameters(request, 'Changing a registry');
    const changes = toSettings(readBody(registryChanges, request.body));
    const input = { registry: request.params.name, ...changes };
    const outcome = await run<{ updateRegistry: { registry: RegistryData } }>(request, operations.updateRegistry, {
      input,
    });
    assertAccepted(outcome);
    return reply.send(outcome.data!.updateRegistry.registry);
  });

  server.delete<RegistryRoute>('/api/registries/:name', async (request, reply) => {
    assertParameters(request, 'Detaching a registry');
    assertNoBody(request, 'Detaching a registry');
    assertNoUserErrors(await run(request, operations.removeRegistry, { registry: request.params.name }));
    return reply.code(204).send();
  });

  registerRefresh(server, run);
  registerTests(server, run);
}

/** Tests the connection to a registry, which is attached or not. */
function registerTests(server: FastifyInstance, run: RunFor): void {
  server.post('/api/registries/test', async (request, reply) => {
    assertParameters(request, 'A test');
    const { repository, ...body } = readBody(testBody, request.body);
    const outcome = await run<TestData>(request, operations.testRegistry, {
      input: { ...toSettings(body), repository },
    });
    assertAccepted(outcome);
    return reply.send(shapeTest(outcome.data!));
  });

  server.post<RegistryRoute>('/api/registries/:name/test', async (request, reply) => {
    assertParameters(request, 'A test');
    assertNoBody(request, 'A test');
    const input = { registry: request.params.name };
    const outcome = await run<TestData>(request, operations.testRegistry, { input });
    assertNoUserErrors(outcome);
    return reply.send(shapeTest(outcome.data!));
  });
}

interface RefreshData {
  readonly refresh: { readonly job: { readonly id: string } | null };
}

/** Begins to read a registry whole, 202 with the job; or reads one repository, whose name is a parameter. */
function registerRefresh(server: FastifyInstance, run: RunFor): void {
  server.post<RegistryRoute>('/api/registries/:name/refresh', async (request, reply) => {
    const { name: registry } = request.params;
    const { repository: path } = readWriteQuery(refreshQuery, request, 'A refresh');
    assertNoBody(request, 'A refresh');
    const repository = path === undefined ? null : await findName(request, run, registry, path);
    const wait = repository !== null;
    const outcome = await run<RefreshData>(request, operations.refresh, { input: { registry, repository, wait } });
    assertNoUserErrors(outcome);
    const { job } = outcome.data!.refresh;
    if (job === null) return reply.code(204).send();
    reply.header('location', locateJob(request, job.id));
    return sendJob(request, reply.code(202), job.id, run);
  });
}

/** As the mutations take them: what is left out is left out there, and what comes in two keys is one thing. */
function toSettings(body: Partial<GivenSettings>): Record<string, unknown> {
  const certificate = toPair(body.client_certificate, body.client_key);
  const settings = {
    name: body.name,
    addr: body.addr,
    credentials: toCredentials(body.username, body.password),
    tlsSkipVerify: body.tls_skip_verify ?? undefined,
    caCertificate: body.ca_certificate,
    clientCertificate: certificate && { certificate: certificate[0], key: certificate[1] },
    authRealm: body.auth_realm,
    followedRepositories: body.followed_repositories,
    proxy: toProxy(body.proxy),
    proxyCredentials: toCredentials(body.proxy_username, body.proxy_password),
    pullHost: body.pull_host,
    eventsSecret: body.events_secret,
    maxAge: body.max_age ?? undefined,
  };
  // One that is there and undefined would stand for null.
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

type GivenText = string | null | undefined;

/** null: neither, which clients write as two empty texts too. One without the other is refused where both are read. */
function toPair(first: GivenText, second: GivenText): readonly [string, string] | null | undefined {
  if (first === undefined && second === undefined) return undefined;
  return first || second ? [first ?? '', second ?? ''] : null;
}

function toCredentials(username: GivenText, password: GivenText) {
  const pair = toPair(username, password);
  return pair && { username: pair[0], password: pair[1] };
}

function toProxy(text: GivenText) {
  if (text === undefined || text === null || text === '') return text === undefined ? undefined : null;
  return text === 'none' ? { mode: 'NONE' } : { mode: 'OWN', url: text };
}
