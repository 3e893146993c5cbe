/** How a container is run, as the API tells it; times in seconds. */
export interface RunConfig {
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  readonly shell: readonly string[] | null;
  readonly user: string | null;
  readonly workingDirectory: string | null;
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal: string | null;
  readonly healthcheck: object | null;
  /** A value that one is not told is null. */
  readonly environment: readonly { readonly name: string; readonly value: string | null }[];
}

const fields = [
  'entrypoint',
  'cmd',
  'shell',
  'user',
  'workingDirectory',
  'exposedPorts',
  'volumes',
  'stopSignal',
  'healthcheck',
] as const;

/** A command's words as a Dockerfile has them: `["node", "main.js"]`. */
export function printWords(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}

/** The statements of a config, as JSON, under the names that comparisons have: fields, and `environment.NAME`. */
export function listConfig(config: RunConfig): { key: string; value: string }[] {
  const said = fields.flatMap((key) => {
    const value = config[key];
    const isSaid = value !== null && !(Array.isArray(value) && value.length === 0);
    return isSaid ? [{ key, value: JSON.stringify(value) }] : [];
  });
  // Of variables of one name the last counts.
  const variables = new Map(config.environment.map(({ name, value }) => [`environment.${name}`, value]));
  return [
    ...said,
    ...[...variables].map(([key, value]) => ({ key, value: value === null ? '' : JSON.stringify(value) })),
  ];
}

/** A JSON text of a config as people read it: a text without its quotes, words as a Dockerfile has them. */
export function wordJson(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'string') return value;
    if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return printWords(value);
  } catch {
    // A value that is no JSON is a text as it is.
  }
  return json;
}
