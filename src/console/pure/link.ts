/** An address of the web, and the host that it leads to. */
export interface Link {
  readonly href: string;
  readonly host: string;
}

/** Reads a text that is an address of http or https and nothing else, without a name and password; null: it is not. */
export function readLink(text: string): Link | null {
  if (!/^https?:\/\/[^\s"'<>\\]+$/i.test(text) || text.length > 2000) return null;
  try {
    const url = new URL(text);
    return url.username !== '' || url.password !== '' ? null : { href: url.href, host: url.host };
  } catch {
    return null;
  }
}
