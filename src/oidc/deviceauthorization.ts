import {
  ClientError,
  type Configuration,
  genericGrantRequest,
  initiateDeviceAuthorization,
  ResponseBodyError,
} from 'openid-client';
import type { SignOnClient } from '../domain/singlesignon.js';
import type { GatewayError } from '../errors.js';
import { unfitProvider } from './loginfailure.js';

/** A login that somebody completes at the provider, in a browser on whatever device (RFC 8628). */
export interface DeviceLogin {
  /** Secret: whoever has it is given who completed the login. */
  readonly deviceCode: string;
  /** To be shown, and entered at the provider. */
  readonly userCode: string;
  readonly address: string;
  /** The same with the code in it; null: the provider gives none. */
  readonly completeAddress: string | null;
  /** Seconds that there are for it. */
  readonly expiresIn: number;
  /** Seconds between two questions. */
  readonly interval: number;
}

/** Nobody has completed it yet. `SLOWER`: the provider was asked too soon, and wants more time between (§3.5). */
export type DevicePending = 'PENDING' | 'SLOWER';

export interface DeviceTokens {
  readonly id_token?: string;
  readonly access_token: string;
}

const grantType = 'urn:ietf:params:oauth:grant-type:device_code';

/** Seconds between two questions where the provider says nothing (§3.2), and at the most. */
const usualInterval = 5;
const longestInterval = 60;
/** Seconds that a login waits at the most, whatever the provider would allow. */
const longestLogin = 30 * 60;
/** Characters of what the provider gives. */
const longestDeviceCode = 4096;
const longestUserCode = 64;

/** `readAddress` throws for what is no address that a person may be sent to. */
export async function beginDeviceLogin(
  config: Configuration,
  { scopes }: Pick<SignOnClient, 'scopes'>,
  readAddress: (text: string) => URL,
): Promise<DeviceLogin> {
  if (config.serverMetadata().device_authorization_endpoint === undefined)
    throw unfitProvider('has no device codes. Log in with a browser, at the explorer, or with a password');
  const begun = await initiateDeviceAuthorization(config, { scope: scopes }).catch((error: unknown) => {
    throw error instanceof ClientError && error.code === 'OAUTH_INVALID_RESPONSE' ? noDeviceCode(error) : error;
  });
  const { verification_uri: address, verification_uri_complete: complete, interval, expires_in: expiresIn } = begun;
  const { device_code: deviceCode, user_code: userCode } = begun;
  if (deviceCode.length > longestDeviceCode || userCode.length > longestUserCode || /\p{Cc}/u.test(userCode))
    throw noDeviceCode();
  return {
    deviceCode,
    userCode,
    address: readAddress(address).href,
    completeAddress: complete === undefined ? null : readAddress(complete).href,
    expiresIn: Math.max(1, Math.min(Math.floor(expiresIn), longestLogin)),
    interval: interval !== undefined && interval > 0 ? Math.min(Math.ceil(interval), longestInterval) : usualInterval,
  };
}

/** Asks once. Throws the library's errors for a login that came to nothing. */
export async function askDeviceLogin(config: Configuration, deviceCode: string): Promise<DeviceTokens | DevicePending> {
  try {
    return await genericGrantRequest(config, grantType, { device_code: deviceCode });
  } catch (error) {
    return readPending(error) ?? Promise.reject(error);
  }
}

/** null: it is a failure. */
function readPending(error: unknown): DevicePending | null {
  if (!(error instanceof ResponseBodyError)) return null;
  if (error.error === 'authorization_pending') return 'PENDING';
  return error.error === 'slow_down' ? 'SLOWER' : null;
}

function noDeviceCode(cause?: unknown): GatewayError {
  return unfitProvider('gives a device code that is none: it is not whole, too long, or nobody can type it', cause);
}
