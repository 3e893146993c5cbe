import { lazyRouteComponent } from '@tanstack/react-router';

/** The files of a screen did not come: the gateway is away, or is a newer one that has others. */
export class MissingScreenError extends Error {
  override readonly name = 'MissingScreenError';
}

/** For what a screen is made of that did not come. Without it, the router loads the page anew, gateway or not. */
export function refuseMissing(cause: unknown): never {
  throw new MissingScreenError('The files of a screen did not come.', { cause });
}

/** A screen in files of its own. */
export function lazyScreen<Module extends Record<string, unknown>, Name extends keyof Module>(
  load: () => Promise<Module>,
  name: Name,
) {
  return lazyRouteComponent(() => load().catch(refuseMissing), name);
}
