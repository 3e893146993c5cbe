import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Environment } from './reader.js';

/** The gateway that commands speak to, as far as the environment says. docs/commands.md has the variables. */
export interface ClientSettings {
  /** REGISTRY_GATEWAY_URL as it stands; null: not set. */
  readonly url: string | null;
  /** REGISTRY_GATEWAY_TOKEN; it belongs to `url`. */
  readonly token: string | null;
  /** Where profiles are kept: below XDG_CONFIG_HOME (XDG Base Directory), or below ~/.config. */
  readonly folder: string;
}

/** An empty variable counts as not set; so does a relative XDG_CONFIG_HOME, as its specification wants. */
export function readClientSettings(env: Environment): ClientSettings {
  const given = env['XDG_CONFIG_HOME'] ?? '';
  const base = isAbsolute(given) ? given : join(env['HOME'] || homedir(), '.config');
  return {
    url: env['REGISTRY_GATEWAY_URL'] || null,
    token: env['REGISTRY_GATEWAY_TOKEN'] || null,
    folder: join(base, 'registry-gateway'),
  };
}
