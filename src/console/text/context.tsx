import { createContext, use, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useKept, useKeptChoice } from '../kept/kept.js';
import { createFormats, type Formats } from '../pure/format.js';
import { first } from './en/first.js';
import { createGrowingTexts, createTranslate, type Catalogue, type Translate } from './texts.js';

/** Texts, numbers and times in the language of who looks. */
export interface Language {
  readonly t: Translate;
  readonly formats: Formats;
  /** The language that was chosen in this browser; null: the browser's own. */
  readonly chosen: string | null;
  readonly choose: (locale: string | null) => void;
  /** Resolves when all texts are there: the first load has those of the frame and of the list of repositories. */
  readonly load: () => Promise<void>;
}

/** Languages that there are, each by its own name. */
export const languages = [
  { value: 'en', label: 'English' },
  { value: 'de', label: 'Deutsch' },
] as const;

const LanguageContext = createContext<Language>({
  t: createTranslate(first, 'en'),
  formats: createFormats('en'),
  chosen: null,
  choose: () => undefined,
  load: async () => undefined,
});

const loadEnglish = async (): Promise<Catalogue> => (await import('./en/index.js')).en;

const catalogues: Readonly<Record<string, () => Promise<Catalogue>>> = {
  en: loadEnglish,
  de: async () => (await import('./de/index.js')).de,
};

interface Loaded {
  readonly catalogue: Partial<Catalogue>;
  readonly of: string;
}

/**
 * `system`: the BCP 47 tag of the browser's language, where none was chosen. Texts are English until those of the
 * language are there, and where it has none.
 */
export function LanguageProvider({ system, children }: { system: string; children: ReactNode }): ReactNode {
  const { keep } = useKept();
  const chosen = useKeptChoice('language');
  const locale = chosen ?? system;
  const [prefix = ''] = locale.split('-');
  const language = Object.hasOwn(catalogues, prefix) ? prefix : 'en';
  const [english] = useState(() => createGrowingTexts(first));
  const [{ catalogue, of }, setLoaded] = useState<Loaded>({ catalogue: english.catalogue, of: 'en' });
  const current = useRef(language);
  current.current = language;
  const load = useMemo(
    () =>
      createLoader(language, (loaded) => {
        if (language === 'en') english.grow(loaded);
        if (current.current !== language) return;
        setLoaded((before) =>
          language === 'en' && before.catalogue === english.catalogue && !english.isMissed
            ? before
            : { catalogue: loaded, of: language },
        );
      }),
    [language, english],
  );
  const isEnough = language === 'en' && catalogue === english.catalogue;
  useEffect(() => {
    // Who asks for what is not there is told.
    if (!isEnough) load().catch(() => undefined);
  }, [load, isEnough]);
  useEffect(() => {
    document.documentElement.lang = of;
  }, [of]);
  const value = useMemo(
    () => ({
      t: createTranslate(catalogue, locale, english.miss),
      formats: createFormats(locale),
      chosen,
      choose: (locale: string | null) => keep('language', locale),
      load,
    }),
    [catalogue, english, locale, chosen, keep, load],
  );
  return <LanguageContext value={value}>{children}</LanguageContext>;
}

/** Gives what loads a language once, and again where it did not come. */
function createLoader(language: string, tell: (loaded: Catalogue) => void): () => Promise<void> {
  let loading: Promise<void> | null = null;
  return () => {
    loading ??= catalogues[language]!().then(tell, (error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  };
}

export function useLanguage(): Language {
  return use(LanguageContext);
}
