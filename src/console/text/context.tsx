import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';
import { keep, useKept } from '../kept/kept.js';
import { createFormats, type Formats } from '../pure/format.js';
import { en } from './en/index.js';
import { createTranslate, type Catalogue, type Translate } from './texts.js';

/** Texts, numbers and times in the language of who looks. */
export interface Language {
  readonly t: Translate;
  readonly formats: Formats;
  /** The language that was chosen in this browser; null: the browser's own. */
  readonly chosen: string | null;
  readonly choose: (locale: string | null) => void;
}

/** Languages that there are, each by its own name. */
export const languages = [
  { value: 'en', label: 'English' },
  { value: 'de', label: 'Deutsch' },
] as const;

const LanguageContext = createContext<Language>({
  t: createTranslate(en, 'en'),
  formats: createFormats('en'),
  chosen: null,
  choose: () => undefined,
});

/** Catalogues beside English, which is in the first load. */
const others: Readonly<Record<string, () => Promise<Catalogue>>> = {
  de: async () => (await import('./de/index.js')).de,
};

/**
 * `system`: the BCP 47 tag of the browser's language, where none was chosen. Texts are English until those of the
 * language are there, and where it has none.
 */
export function LanguageProvider({ system, children }: { system: string; children: ReactNode }): ReactNode {
  const chosen = useKept('language');
  const [catalogue, setCatalogue] = useState<Catalogue>(en);
  const locale = chosen ?? system;
  const language = locale.split('-')[0]!;
  useEffect(() => {
    let isCurrent = true;
    const load = others[language] ?? (async () => en);
    load().then(
      (loaded) => {
        if (!isCurrent) return;
        document.documentElement.lang = loaded === en ? 'en' : language;
        setCatalogue(loaded);
      },
      // The language's file did not come: English stays.
      () => undefined,
    );
    return () => void (isCurrent = false);
  }, [language]);
  const value = useMemo(
    () => ({
      t: createTranslate(catalogue, locale),
      formats: createFormats(locale),
      chosen,
      choose: (locale: string | null) => keep('language', locale),
    }),
    [catalogue, locale, chosen],
  );
  return <LanguageContext value={value}>{children}</LanguageContext>;
}

export function useLanguage(): Language {
  return use(LanguageContext);
}
