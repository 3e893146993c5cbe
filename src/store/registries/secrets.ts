import type { ClientCertificate, Credentials } from '../../domain/registry.js';
import type { Registry as RegistryEntity } from '../entities/registry.js';
import { contextOf, type Keyring } from '../keys/keyring.js';

/**
 * Seals the secrets of registries into the columns of their rows, and opens them. A secret is bound to its row and
 * column. The open… methods give null where there is none, and throw INTERNAL for what cannot be opened.
 */
export class RegistrySecrets {
  readonly #keyring: Keyring;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  sealCredentials(
    id: string,
    credentials: Credentials | null,
  ): { username: string | null; passwordSealed: string | null } {
    if (!credentials) return { username: null, passwordSealed: null };
    const { username, password } = credentials;
    return { username, passwordSealed: this.#keyring.seal(password, contextOf(id, 'password')) };
  }

  openCredentials({ id, username, passwordSealed: sealed }: RegistryEntity): Credentials | null {
    if (username == null || sealed == null) return null;
    return { username, password: this.#keyring.open(sealed, contextOf(id, 'password')) };
  }

  sealClientCertificate(id: string, one: ClientCertificate | null): { clientCertificateSealed: string | null } {
    const text = one && JSON.stringify({ certificate: one.certificate, key: one.key });
    return { clientCertificateSealed: text && this.#keyring.seal(text, contextOf(id, 'client-certificate')) };
  }

  openClientCertificate({ id, clientCertificateSealed: sealed }: RegistryEntity): ClientCertificate | null {
    if (sealed == null) return null;
    return JSON.parse(this.#keyring.open(sealed, contextOf(id, 'client-certificate'))) as ClientCertificate;
  }

  sealProxyCredentials(id: string, one: Credentials | null): { proxyCredentialsSealed: string | null } {
    const text = one && JSON.stringify({ username: one.username, password: one.password });
    return { proxyCredentialsSealed: text && this.#keyring.seal(text, contextOf(id, 'proxy-credentials')) };
  }

  openProxyCredentials({ id, proxyCredentialsSealed: sealed }: RegistryEntity): Credentials | null {
    if (sealed == null) return null;
    return JSON.parse(this.#keyring.open(sealed, contextOf(id, 'proxy-credentials'))) as Credentials;
  }
}
