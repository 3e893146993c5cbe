import type { FastifyBaseLogger } from 'fastify';
import { GatewayError } from './errors.js';
import type { LogIn } from './auth/login.js';
import type { Metrics } from './metrics/metrics.js';
import type { OnJobEnd } from './store/jobs/jobs.js';
import type { RegistryStore } from './store/registries/registries.js';

export function tellJobs(registries: RegistryStore, { work }: Metrics): OnJobEnd {
  return (job) => tellByName(registries, job.registryId, (name) => work.noteJob(name, job));
}

export function tellEvents(
  registries: RegistryStore,
  { work }: Metrics,
): (registryId: string, verdicts: Readonly<Record<string, number>>) => void {
  return (registryId, verdicts) => tellByName(registries, registryId, (name) => work.noteEvents(name, verdicts));
}

/** Of a registry that is detached meanwhile nothing is told, nor while the database does not answer. */
function tellByName(registries: RegistryStore, id: string, tell: (name: string) => void): void {
  void registries.find(id).then(
    (registry) => registry && tell(registry.name),
    () => undefined,
  );
}

export function countLogins(logIn: LogIn, { work }: Metrics): LogIn {
  return async (...given) => {
    try {
      const loggedIn = await logIn(...given);
      work.noteLogin('ok');
      return loggedIn;
    } catch (error) {
      work.noteLogin(judgeRefusal(error));
      throw error;
    }
  };
}

/** The same of logins by a provider, which are told of when they end. */
export function tellLogins({ work }: Metrics): (error: unknown) => void {
  return (error) => work.noteLogin(error === null ? 'ok' : judgeRefusal(error));
}

function judgeRefusal(error: unknown): 'refused' | 'limited' | 'unavailable' | 'error' {
  const code = error instanceof GatewayError ? error.code : null;
  if (code === 'UNAUTHENTICATED' || code === 'FORBIDDEN') return 'refused';
  if (code === 'LOGIN_UNAVAILABLE') return 'unavailable';
  return code === 'RATE_LIMITED' || code === 'OVERLOADED' ? 'limited' : 'error';
}

/** The database file is not what it was, or is again: null. */
export function logFault(logger: FastifyBaseLogger, fault: GatewayError | null): void {
  if (fault)
    logger.error(
      { err: fault, cause: fault.cause },
      'nothing is written any more: the database file is not what it was',
    );
  else logger.info('the database file is whole again: writing goes on');
}
