/** Kinds of registries, by how each is told where its notifications go. */
export const notifiers = ['DISTRIBUTION', 'HARBOR', 'ZOT', 'AZURE'] as const;
export type NotifierKind = (typeof notifiers)[number];

/** As each calls itself, in every language. */
export const notifierNames: Readonly<Record<NotifierKind, string>> = {
  DISTRIBUTION: 'Distribution',
  HARBOR: 'Harbor',
  ZOT: 'zot',
  AZURE: 'Azure',
};

/** The kind that an address is named after; CNCF distribution where it is none. */
export function guessNotifier(addr: string): NotifierKind {
  const host = /^https?:\/\/([^/:]+)/i.exec(addr)?.[1]?.toLowerCase() ?? '';
  if (/\.azurecr\.[a-z]+$/.test(host)) return 'AZURE';
  const names = host.split(/[.-]/);
  return names.includes('harbor') ? 'HARBOR' : names.includes('zot') ? 'ZOT' : 'DISTRIBUTION';
}

/** 256 bits of chance, of letters and digits that no shell and no file takes for more. */
export function createSecret(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

interface Blank {
  readonly name: string;
  /** How it stands in the text. */
  readonly text: string;
}

/** The text with what is known put in, and what is left to be put in by hand. null: not known. */
export function fillSetup<B extends Blank>(
  { text, blanks }: { readonly text: string; readonly blanks: readonly B[] },
  known: Readonly<Record<string, string | null>>,
): { readonly text: string; readonly left: readonly B[] } {
  const left = blanks.filter(({ name }) => typeof known[name] !== 'string');
  const fill = (before: string, blank: B): string =>
    left.includes(blank) ? before : before.replaceAll(blank.text, () => known[blank.name]!);
  return { text: blanks.reduce(fill, text), left };
}
