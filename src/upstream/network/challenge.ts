/** One challenge of a WWW-Authenticate header. Scheme and parameter names are lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const quoted = /"((?:[^"\\]|\\.)*)"/y;
/** Basic and Bearer never send one; it is skipped so that what follows is read right. */
const token68 = /[A-Za-z0-9._~+/-]+=*[ \t]*(?=,|$)/y;
const space = /[ \t]*/y;

/**
 * The challenges of a WWW-Authenticate header: RFC 9110 §11.6.1, with several in one header. Reads as far as the text
 * follows the grammar and drops the rest; never throws. The first of a repeated parameter counts.
 */
export function parseChallenges(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  const text = header.slice(0, 8192);
  let at = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) return null;
    at = pattern.lastIndex;
    return match[1] ?? match[0];
  };
  const takeSeparators = (): void => {
    do take(space);
    while (text[at] === ',' && ++at);
  };
  /** Undefined without "=": then the name before was the next scheme. */
  const takeValue = (): string | null | undefined => {
    take(space);
    if (text[at] !== '=') return undefined;
    at++;
    take(space);
    return text[at] === '"' ? (take(quoted)?.replaceAll(/\\(.)/gs, '$1') ?? null) : take(token);
  };
  takeSeparators();
  while (at < text.length) {
    const scheme = take(token);
    if (scheme === null) break;
    const parameters = new Map<string, string>();
    challenges.push({ scheme: scheme.toLowerCase(), parameters });
    take(space);
    if (take(token68) !== null && text[at] === undefined) break;
    for (takeSeparators(); at < text.length; takeSeparators()) {
      const start = at;
      const name = take(token);
      const value = name === null ? null : takeValue();
      if (name === null || value === null) return challenges;
      if (value === undefined) {
        at = start;
        break;
      }
      if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value);
    }
  }
  return challenges;
}
