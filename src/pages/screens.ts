import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addVary } from '../coding/condition.js';
import { screens } from '../domain/basepath.js';
import { notFound } from '../errors.js';
import { acceptsHtml } from './page.js';

/** The first parts of the addresses of the console's screens: `/repositories`, `/r/local/team/app`. */
export { screens };

/**
 * Answers each address of a screen with the console's page, which finds the screen itself, for browsers. For other
 * clients there is nothing, as there was before there were screens: who mistypes an address of the API is not given a
 * page.
 */
export function registerScreens(
  server: FastifyInstance,
  show: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | Promise<FastifyReply>,
): void {
  for (const address of screens.flatMap((screen) => [`/${screen}`, `/${screen}/*`])) {
    server.get(address, { config: { isRoutine: true } }, async (request, reply) => {
      addVary(reply, 'accept');
      if (acceptsHtml(request)) return show(request, reply);
      // In the words of addresses that no route has; HEAD has the headers of GET.
      throw notFound(`There is no GET ${request.url.slice(0, 200)}.`);
    });
  }
}
