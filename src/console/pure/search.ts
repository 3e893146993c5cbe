/** Reads a query; a name that comes more than once has all its texts. */
export function parseSearch(query: string): Record<string, string | string[]> {
  const texts: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  const params = new URLSearchParams(query);
  for (const name of new Set(params.keys())) {
    const all = params.getAll(name);
    texts[name] = all.length === 1 ? all[0]! : all;
  }
  return texts;
}

/** Writes a query with the `?` before it; names without a value, and empty ones, are left out. */
export function printSearch(search: Readonly<Record<string, unknown>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof one === 'string' && one !== '') params.append(name, one);
    }
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** The text of a name, shortened to `most` characters; undefined: it has none. */
export function readText(value: unknown, most = 300): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && first !== '' ? first.slice(0, most) : undefined;
}

/** The texts of a name, at most 50. */
export function readTexts(value: unknown): readonly string[] | undefined {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  const texts = all.filter((one): one is string => typeof one === 'string' && one !== '').slice(0, 50);
  return texts.length > 0 ? texts : undefined;
}

/** The text of a name where it is one of these. */
export function readOneOf<Choice extends string>(value: unknown, choices: readonly Choice[]): Choice | undefined {
  return choices.find((choice) => choice === value);
}
