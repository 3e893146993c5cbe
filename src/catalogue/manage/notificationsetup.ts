import type { Registry } from '../../domain/registry.js';
import { parseBasePath } from '../../domain/basepath.js';
import { quote } from '../../domain/name.js';
import { badInput } from '../../errors.js';
import { assertAllowed } from '../access.js';
import type { RequestContext } from '../context.js';

/** A kind of registry, by how it is told where its notifications go. */
export type Notifier = 'DISTRIBUTION' | 'HARBOR' | 'ZOT' | 'AZURE';

/** Something that the gateway does not know, and that somebody puts into the text by hand. */
export type SetupBlank = 'SECRET' | 'GATEWAY' | 'ACCOUNT' | 'PROJECT' | 'REGISTRY';

/** How each stands in a text: no name, address or secret has such brackets. */
export const blanks: Readonly<Record<SetupBlank, string>> = {
  SECRET: '<secret>',
  GATEWAY: '<gateway>',
  ACCOUNT: '<account>',
  PROJECT: '<project>',
  REGISTRY: '<registry>',
};

/** The way to have a registry tell the gateway of its changes. */
export interface NotificationSetup {
  readonly notifier: Notifier;
  /** Where it sends them; null: the gateway does not know its own address. */
  readonly url: string | null;
  /** A part of a file, or a command. Never has a secret: the gateway keeps a hash alone. */
  readonly text: string;
  readonly blanks: readonly SetupBlank[];
}

export interface WantedSetup {
  readonly notifier: Notifier;
  /** Of the gateway, as the registry reaches it, with the path of a proxy; null: not known. */
  readonly gateway: string | null;
}

/** Throws FORBIDDEN to who may not change the registry, BAD_USER_INPUT for an address that is none. */
export function describeNotificationSetup(
  { viewer }: RequestContext,
  registry: Registry,
  { notifier, gateway }: WantedSetup,
): NotificationSetup {
  assertAllowed(viewer, 'manage', { registry });
  // Its id outlives a change of its name.
  const url = gateway === null ? null : `${parseGatewayAddress(gateway)}events/${registry.id}`;
  const text = texts[notifier](url ?? `${blanks.GATEWAY}/events/${registry.id}`, new URL(registry.addr));
  const names = Object.keys(blanks) as SetupBlank[];
  return { notifier, url, text, blanks: names.filter((name) => text.includes(blanks[name])) };
}

/** Of a host, nothing that a shell or a file would take for more than text. */
const plainHost = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d+)?$/;

/** Returns the address with a slash at its end. */
function parseGatewayAddress(text: string): string {
  const url = text.length <= 2048 ? URL.parse(text) : null;
  const path = url && parseBasePath(url.pathname);
  const isPlain =
    url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password && !/[?#]/.test(text);
  if (isPlain && path !== null && plainHost.test(url.host)) return `${url.origin}${path}/`;
  const expected = 'expected one like https://tools.example/registry/, without a user, a query or a fragment';
  throw badInput(`${quote(text)} is no address of a gateway: ${expected}.`, 'address');
}

const texts: Readonly<Record<Notifier, (url: string, registry: URL) => string>> = {
  DISTRIBUTION: (url) => `notifications:
  endpoints:
    - name: registry-gateway
      url: ${JSON.stringify(url)}
      headers:
        Authorization: ["Bearer ${blanks.SECRET}"]
      timeout: 5s
      threshold: 3
      backoff: 10s
      ignore:
        actions: [pull]
        mediatypes: [application/octet-stream]
`,
  HARBOR: (url, { origin }) => {
    const target = {
      type: 'http',
      address: url,
      auth_header: `Bearer ${blanks.SECRET}`,
      payload_format: 'CloudEvents',
    };
    const policy = {
      name: 'registry-gateway',
      enabled: true,
      event_types: ['PUSH_ARTIFACT', 'DELETE_ARTIFACT'],
      targets: [target],
    };
    const place = `${origin}/api/v2.0/projects/${blanks.PROJECT}/webhook/policies`;
    return `curl --fail --user ${quoteShell(blanks.ACCOUNT)} --header 'Content-Type: application/json' \\
  --data ${quoteShell(JSON.stringify(policy, null, 2))} \\
  ${quoteShell(place)}
`;
  },
  ZOT: (url) => {
    const credentials = { username: 'registry-gateway', password: blanks.SECRET };
    const sink = { type: 'http', address: url, timeout: '5s', credentials };
    return `${JSON.stringify({ extensions: { events: { enable: true, sinks: [sink] } } }, null, 2)}\n`;
  },
  AZURE: (url, { hostname }) => `az acr webhook create --name registrygateway \\
  --registry ${quoteShell(/^([a-z0-9]+)\.azurecr\.[a-z]+$/.exec(hostname)?.[1] ?? blanks.REGISTRY)} \\
  --actions push delete --uri ${quoteShell(url)} \\
  --headers ${quoteShell(`Authorization=Bearer ${blanks.SECRET}`)}
`,
};

/** As a POSIX shell takes it for one word, whatever is in it. */
function quoteShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
