import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';
import { createFormats, type Formats } from '../pure/format.js';
import { en } from './en/index.js';
import { createTranslate, type Catalogue, type Translate } from './texts.js';

/** Texts, numbers and times in the language of who looks. */
export interface Language {
  readonly t: Translate;
  readonly formats: Formats;
}

const LanguageContext = createContext<Language>({ t: createTranslate(en, 'en'), formats: createFormats('en') });

/** Catalogues beside English, which is in the first load. */
const others: Readonly<Record<string, () => Promise<Catalogue>>> = {
  de: async () => (await import('./de/index.js')).de,
};

/** `locale`: a BCP 47 tag. Texts are English until those of the language are there, and where it has none. */
export function LanguageProvider({ locale, children }: { locale: string; children: ReactNode }): ReactNode {
  const [catalogue, setCatalogue] = useState<Catalogue>(en);
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
    () => ({ t: createTranslate(catalogue, locale), formats: createFormats(locale) }),
    [catalogue, locale],
  );
  return <LanguageContext value={value}>{children}</LanguageContext>;
}

export function useLanguage(): Language {
  return use(LanguageContext);
}
