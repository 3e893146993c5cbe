import type { FastifyInstance, FastifyRequest } from 'fastify';
import { secretAnswer } from '../coding/content.js';
import { loginBody, readBody } from './body.js';
import { assertNoUserErrors, type OperationResult } from './outcome.js';

/** Lets the routes of a scope take a form of the gateway's own pages. */
export type AcceptForms = (scope: FastifyInstance) => void;

type LoginData = { login: { token: string } };
type RunLogin = (request: FastifyRequest, variables: Record<string, unknown>) => Promise<OperationResult<LoginData>>;

/** `POST /auth/login`, by JSON or by a form. */
export function registerLogin(server: FastifyInstance, acceptForms: AcceptForms, run: RunLogin): void {
  void server.register(async (scope) => {
    acceptForms(scope);
    scope.post('/auth/login', async (request, reply) => {
      const { username, password } = readBody(loginBody, request.body);
      const outcome = await run(request, { username, password });
      assertNoUserErrors(outcome);
      reply.header('cache-control', secretAnswer);
      return { auth_token: outcome.data?.login.token, user_agent: request.headers['user-agent'] ?? '' };
    });
  });
}
