/**
 * The next step, at this command line, for a registry that failed with this code; null: there is none, or the message
 * says it. `registry`: the name it is attached as; null: it is being attached.
 */
export function adviseOn(code: string, registry: string | null): string | null {
  const step = Object.hasOwn(steps, code) ? steps[code] : undefined;
  return step?.(registry) ?? null;
}

const steps: Readonly<Record<string, (registry: string | null) => string>> = {
  UPSTREAM_UNREACHABLE: (registry) =>
    `Look whether it runs, and whether the gateway reaches it. ${describeAddress(registry)}`,
  UPSTREAM_TIMEOUT: () => 'Look whether it is overloaded, or a firewall stands between.',
  UPSTREAM_TLS: (registry) =>
    `To name the authority that signed its certificate: ${set(registry, '--ca-certificate <file>')}`,
  UPSTREAM_PROXY: (registry) => `To name another proxy, or "none": ${set(registry, '--proxy <url>')}`,
  UPSTREAM_AUTH: (registry) => `To name an account that may read: ${set(registry, '--username <name>')}`,
  UPSTREAM_REALM_REFUSED: (registry) =>
    `To name its token server, if you trust it: ${set(registry, '--auth-realm <address> --username <name>')}`,
  UPSTREAM_BLOCKED: () =>
    "Look at UPSTREAM_ALLOW_CIDRS and UPSTREAM_DENY_CIDRS among the gateway's settings, and at what its name leads to.",
  UPSTREAM_UNSUPPORTED: (registry) => `Where it has no catalogue, to name repositories: ${follow(registry)}`,
  UPSTREAM_RATE_LIMITED: (registry) => `With an account it may give more: ${set(registry, '--username <name>')}`,
};

function set(registry: string | null, options: string): string {
  return registry === null ? `add ${options}` : `registry-gateway registry set ${registry} ${options}`;
}

function follow(registry: string | null): string {
  return registry === null ? 'add --follow <repository>' : `registry-gateway registry follow ${registry} <repository>`;
}

function describeAddress(registry: string | null): string {
  return registry === null
    ? 'In a container, 127.0.0.1 and localhost are that container itself.'
    : `Another address: ${set(registry, '--addr <address>')}`;
}
