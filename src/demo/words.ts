import type { Demo } from './demo.js';

const query = `{ registries { name repositories(first: 3) { nodes { name size
  tags(first: 2) { nodes { name image { platforms { os architecture size } } } } } } } }`;

const past = `{
  registry(name: "local") {
    protection { repository tag }
    tagHistory(repository: "platform/billing/api", formerOnly: true) { nodes { tag digest until } }
  }
  retentionPreview(registry: "local", repository: "website") { plan { tags { name } } kept { tag { name } reasons } }
}`;

/** Where to look, and lines for a shell to try. `program`: the words that run this command line. */
export function describeDemo({ url, registry, username, password, token }: Demo, program: readonly string[]): string {
  const header = `-H 'X-Access-Token: ${username}:${token}'`;
  const json = `-H 'Content-Type: application/json'`;
  const post = (path: string, body: unknown): string => `${json} ${url}${path} -d ${quote(JSON.stringify(body))}`;
  const ask = (text: string): string => post('/graphql', { query: text.replaceAll(/\s+/g, ' ') });
  return `
registry-gateway demo: a gateway and a registry for this machine only. All of it goes when it stops (Ctrl-C).

  Console    ${url}/
  Explorer   ${url}/explorer
  GraphQL    ${url}/graphql
  REST       ${url}/api/registries
  Registry   ${registry}  attached as "local"; it takes pushes
  Account    ${username} / ${password}

One GraphQL query:
  curl -s ${header} ${ask(query)}

What was moved and deleted, what is protected, and what retention would delete:
  curl -s ${header} ${ask(past)}

The documented routes:
  curl -s ${header} ${url}/api/registries
  curl -s ${header} ${url}/api/registries/local
  curl -s ${header} ${url}/api/registries/local/repositories
  curl -s ${header} ${url}/api/registries/local/repositories/library/registry
  curl -s -i -X DELETE ${header} ${url}/api/registries/local/repositories/library/busybox

And what its clients also call:
  curl -s ${post('/auth/login', { username, password })}
  curl -s -i ${header} ${post('/api/registries', { name: 'second', addr: registry })}
  curl -s -i -X DELETE ${header} ${url}/api/registries/second

The command line, in another terminal:
  export REGISTRY_GATEWAY_URL=${url} REGISTRY_GATEWAY_TOKEN=${username}:${token}
  gw() { ${program.map(quote).join(' ')} "$@"; }
  gw repo list --order size --desc
  gw tag list local/team/app
  gw retention preview local
  gw tag restore local/platform/billing/api:pr-17 --yes

`;
}

/** As one word of a POSIX shell. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
