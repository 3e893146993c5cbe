import { isIP } from 'node:net';
import type { ServerCertificate } from '../../domain/certificate.js';
import { type ConnectionStep, createSkippedStep, createStep, type TestStepKind } from '../../domain/connectionstep.js';
import type { GatewayError } from '../../errors.js';
import type { Upstream, UpstreamSettings } from '../../upstream/upstream.js';
import { unproven } from '../contacts.js';

/** A first contact with a registry that went well. */
export interface Contact {
  /** Milliseconds of the ping. */
  readonly latencyMs: number;
  /** Whether the credentials were taken; null: its answers do not tell. */
  readonly proof: boolean | null;
}

/** The first contact of a test, and what it is judged by. */
export interface Contacted {
  readonly upstream: Pick<Upstream, 'way' | 'isRecognised'>;
  readonly settings: UpstreamSettings;
  readonly outcome: Contact | GatewayError;
  readonly now: Date;
  /** Whoever asks may be told where a name leads. */
  readonly showsAddresses: boolean;
}

const wayKinds = ['NAME', 'CONNECTION', 'TLS', 'PING', 'LOGIN'] as const;
type WayKind = (typeof wayKinds)[number];

/** A certificate that ends within so many milliseconds is told of: thirty days. */
const endsSoon = 30 * 86_400_000;

/** Remedies of a step that failed, where its error has none. */
const remedies: Partial<Readonly<Record<WayKind, string>>> = {
  NAME: 'Check how the host is written, and that the DNS of the gateway knows it.',
  CONNECTION: 'Check the port, and that nothing on the way keeps the gateway from it.',
  TLS: 'Give the CA that signed the certificate, or the certificate itself, as caCertificate.',
  PING: 'Check that the address leads to the registry itself, and not to its pages.',
};

/** The steps from the name to the login, as one ping and its proof of credentials went: nothing is asked twice. */
export function describeWay(contacted: Contacted): readonly ConnectionStep[] {
  const { outcome } = contacted;
  const failure = outcome instanceof Error ? outcome : null;
  const failed = failure && findFailed(contacted, failure);
  const at = failed === null ? wayKinds.length : wayKinds.indexOf(failed);
  return wayKinds.map((kind, index) => {
    if (index > at) return skipAfter(kind, failed!);
    return index === at ? describeFailure(contacted, kind, failure!) : describers[kind](contacted);
  });
}

/** For every step behind one that failed. */
export function skipAfter(kind: TestStepKind, failed: TestStepKind): ConnectionStep {
  return createSkippedStep(kind, 'AFTER_FAILURE', `Not asked, since the step ${failed} failed.`);
}

function findFailed({ upstream, settings }: Contacted, { code, facts }: GatewayError): WayKind {
  const { way, isRecognised } = upstream;
  const { isNamed, isTls } = readAddress(settings);
  if (!way.isConnected) {
    const isUnknown = isNamed && way.addresses.length === 0 && facts.proxy === undefined;
    return isUnknown ? 'NAME' : 'CONNECTION';
  }
  if (isRecognised && (facts.host !== undefined || code === 'UPSTREAM_AUTH' || code === 'UPSTREAM_REALM_REFUSED'))
    return 'LOGIN';
  return (isTls && !way.isSecured) || code === 'UPSTREAM_TLS' ? 'TLS' : 'PING';
}

function describeFailure({ upstream, settings }: Contacted, kind: WayKind, error: GatewayError): ConnectionStep {
  const { code, message, facts } = error;
  const needsLogin = kind === 'LOGIN' && settings.credentials === null && code === 'UPSTREAM_AUTH';
  const hint = facts.hint ?? (needsLogin ? 'Give a user name and a password.' : remedies[kind]) ?? null;
  const certificate = kind === 'TLS' ? upstream.way.certificate : null;
  return createStep(kind, 'FAILED', message, { code, hint, certificate });
}

const describers: Readonly<Record<WayKind, (contacted: Contacted) => ConnectionStep>> = {
  NAME: describeName,
  CONNECTION: ({ settings }) =>
    createStep('CONNECTION', 'OK', `Something listens at ${readAddress(settings).authority}.`),
  TLS: describeTls,
  PING: ({ outcome }) =>
    createStep(
      'PING',
      'OK',
      'latencyMs' in outcome
        ? `It answered as a registry in ${Math.round(outcome.latencyMs)} ms.`
        : 'It answered as a registry.',
    ),
  LOGIN: ({ outcome, settings }) => {
    if (settings.credentials === null) return createStep('LOGIN', 'OK', 'It asks for no login.');
    return 'proof' in outcome && outcome.proof === null
      ? createStep('LOGIN', 'UNKNOWN', unproven)
      : createStep('LOGIN', 'OK', 'It takes the user name and the password.');
  },
};

function describeName({ upstream: { way }, settings, showsAddresses }: Contacted): ConnectionStep {
  const { isNamed, hostname } = readAddress(settings);
  if (!isNamed) return createSkippedStep('NAME', 'NO_NAME', 'The address has no name to look up.');
  if (way.addresses.length === 0)
    return createSkippedStep('NAME', 'NAME_BY_PROXY', 'The proxy on the way looks the name up.');
  const found = showsAddresses ? `leads to ${way.addresses.join(', ')}` : 'is known';
  return createStep('NAME', 'OK', `${hostname} ${found}.`);
}

function describeTls({ upstream: { way }, settings, now }: Contacted): ConnectionStep {
  if (!readAddress(settings).isTls)
    return createSkippedStep('TLS', 'NO_TLS', 'The address begins with http: what is sent can be read on the way.');
  const { certificate } = way;
  if (settings.registry.tlsSkipVerify) {
    const hint = 'Give the CA that signed it as caCertificate instead of tlsSkipVerify.';
    return createStep('TLS', 'LIMITED', 'The certificate is not checked.', { certificate, hint });
  }
  if (certificate && endsIn(certificate, now) < endsSoon) {
    const day = certificate.validTo.toISOString().slice(0, 10);
    const hint = 'Have the registry get a new certificate before that day.';
    return createStep('TLS', 'LIMITED', `The certificate is trusted, and ends on ${day}.`, { certificate, hint });
  }
  return createStep('TLS', 'OK', 'The certificate is trusted.', { certificate });
}

function endsIn({ validTo }: ServerCertificate, now: Date): number {
  return validTo.getTime() - now.getTime();
}

function readAddress({ registry: { addr } }: UpstreamSettings) {
  const { hostname, host, port, protocol } = new URL(addr);
  const isTls = protocol === 'https:';
  const name = hostname.replaceAll(/^\[|\]$/g, '');
  const authority = port === '' ? `${host}:${isTls ? 443 : 80}` : host;
  return { hostname: name, authority, isTls, isNamed: isIP(name) === 0 };
}
