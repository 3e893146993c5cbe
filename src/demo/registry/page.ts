/** One page of a list. */
export interface NamePage {
  readonly names: readonly string[];
  readonly more: boolean;
}

/** The catalogue's order: "/" before every other character. */
export function isBefore(a: string, b: string): boolean {
  return a.replaceAll('/', '\0') < b.replaceAll('/', '\0');
}

/** At most `n` of the names after `last`, in the catalogue's order. */
export function slicePage(names: readonly string[], n: number, last: string): NamePage {
  const rest = names.filter((name) => isBefore(last, name)).sort((a, b) => (isBefore(a, b) ? -1 : 1));
  return { names: rest.slice(0, n), more: rest.length > n };
}

/** The header that names the next page: OCI distribution-spec 1.1, "Listing Tags". */
export function linkNext(path: string, last: string, n: number): Record<string, string> {
  return { Link: `<${path}?last=${encodeURIComponent(last)}&n=${n}>; rel="next"` };
}
