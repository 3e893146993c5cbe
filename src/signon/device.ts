import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { badInput, GatewayError } from '../errors.js';
import type { LoginLimits } from './limits.js';
import { createKeepsake } from './seals.js';
import { type GivenSession, giveSession, type SignOnParts } from './session.js';

/** As the program keeps it, sealed: any gateway of the database can be asked about the login. */
interface DeviceKeepsake {
  readonly deviceCode: string;
  /** Seconds between two questions to the provider. */
  readonly interval: number;
}

/** When the provider was last asked about a login, in milliseconds, and how many seconds are between. */
interface DevicePace {
  readonly askedAt: number;
  readonly interval: number;
  /** The provider has not answered yet. */
  readonly isAsking: boolean;
  /** It has ended, which was told: nobody is asked about it again. */
  readonly isOver: boolean;
}

type DeviceAnswer =
  { readonly status: 'PENDING'; readonly interval: number } | ({ readonly status: 'DONE' } & GivenSession);

/** Logins that are remembered; of those beyond, the provider itself knows how long ago it was asked. */
const rememberedLogins = 10_000;
/** Seconds more between two questions, for a provider that says so (RFC 8628 §3.5), and in all. */
const slower = 5;
const longestInterval = 120;
/** Characters of a handle: those of the longest device code, sealed. */
const longestHandle = 8192;

type DeviceParts = SignOnParts & { readonly limits: LoginLimits };

/**
 * Logging in of a program that has no browser: somebody enters a code at the provider, on any device, and the program
 * asks until that is done. In place of the provider's own code, which it never sees, it has a handle; and the provider
 * is asked as often as it wants, however often programs ask here.
 */
export function registerDeviceLogin(server: FastifyInstance, parts: DeviceParts): void {
  const { limits, sealer, clock } = parts;
  const keepsakes = createKeepsake<DeviceKeepsake>(sealer, 'device', clock);
  const ask = createAsk(parts);
  server.post('/auth/device', async (request) => {
    assertProgram(request);
    limits.count(request);
    const { deviceCode, userCode, address, completeAddress, expiresIn, interval } = await begin(parts);
    return {
      handle: keepsakes.give({ deviceCode, interval }, expiresIn * 1000),
      userCode,
      verificationUri: address,
      ...(completeAddress !== null && { verificationUriComplete: completeAddress }),
      expiresIn,
      interval,
    };
  });
  server.post('/auth/device/token', async (request): Promise<DeviceAnswer> => {
    limits.countQuestion(request);
    const kept = keepsakes.read(readHandle(request.body));
    if (kept === null) throw noLogin();
    return ask(request, kept);
  });
}

async function begin({ limits, party, onLogin }: DeviceParts): ReturnType<DeviceParts['party']['beginDevice']> {
  try {
    return await limits.runDevice(() => party.beginDevice());
  } catch (error) {
    onLogin(error);
    throw error;
  }
}

/** Asks the provider what became of a login, where it may be asked again by now. */
function createAsk({ party, logIn, timer, limits, onLogin }: DeviceParts) {
  const paces = new LRUCache<string, DevicePace>({ max: rememberedLogins });
  return async (
    request: FastifyRequest,
    { id, deviceCode, interval }: DeviceKeepsake & { readonly id: string },
  ): Promise<DeviceAnswer> => {
    const pace = paces.get(id) ?? { askedAt: -Infinity, interval, isAsking: false, isOver: false };
    if (pace.isOver) throw noLogin();
    const now = timer.elapsed();
    if (pace.isAsking || now - pace.askedAt < pace.interval * 1000)
      return { status: 'PENDING', interval: pace.interval };
    const asked = { ...pace, askedAt: now };
    const end = (error: unknown): void => {
      paces.set(id, { ...asked, isOver: true });
      onLogin(error);
    };
    // Before the provider is asked: whoever comes meanwhile waits.
    paces.set(id, { ...asked, isAsking: true });
    const answer = await limits
      .runDevice(() => party.finishDevice(deviceCode))
      .catch((error: unknown) => {
        // A provider that is away says nothing of the login, which goes on.
        if (error instanceof GatewayError && error.retryable) paces.set(id, asked);
        else end(error);
        throw error;
      });
    if (typeof answer === 'string') {
      const next = answer === 'SLOWER' ? Math.min(asked.interval + slower, longestInterval) : asked.interval;
      paces.set(id, { ...asked, interval: next });
      return { status: 'PENDING', interval: next };
    }
    const session = await giveSession(logIn, request, answer, { way: 'device', form: 'token' }).catch(
      (error: unknown) => {
        end(error);
        throw error;
      },
    );
    end(null);
    return { status: 'DONE', ...session };
  };
}

/** A page of any site could have its visitors' browsers begin logins: that spends what their address may. */
function assertProgram({ headers }: FastifyRequest): void {
  if (headers.origin === undefined && headers['sec-fetch-site'] === undefined) return;
  throw new GatewayError('FORBIDDEN', 'A login by device code is for programs: pages log in by GET /auth/login.');
}

function readHandle(body: unknown): string {
  const handle = typeof body === 'object' && body !== null && 'handle' in body ? body.handle : null;
  if (typeof handle === 'string' && handle.length <= longestHandle) return handle;
  throw badInput('The body must be {"handle": "…"}, as POST /auth/device gave it.', 'handle');
}

function noLogin(): GatewayError {
  const why = 'nobody completed it in time, what came of it was told already, or it was begun at another gateway';
  return new GatewayError('UNAUTHENTICATED', `No login waits for this: ${why}. Begin it again.`);
}
