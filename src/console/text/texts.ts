import { lazily } from '../pure/format.js';
import type { en } from './en/index.js';

/** A sentence, or one for each number it may tell of (Unicode's plural categories). */
export type Text = string | { readonly one: string; readonly other: string };
export type TextName = keyof typeof en;
export type Catalogue = Readonly<Record<TextName, Text>>;

/** Puts `values` into the text's braces; `n` decides on the plural. */
export type Translate = (name: TextName, values?: Readonly<Record<string, string | number>>) => string;

/** Stands for a text that is not there yet. */
const dots = '…';

/**
 * `locale`: the BCP 47 tag by which numbers are written and plurals are told apart. `onMissing` is told of each text
 * that is not there.
 */
export function createTranslate(
  catalogue: Partial<Catalogue>,
  locale: string,
  onMissing: () => void = () => undefined,
): Translate {
  const plurals = lazily(() => new Intl.PluralRules(locale));
  const numbers = lazily(() => new Intl.NumberFormat(locale));
  return (name, values = {}) => {
    const text = catalogue[name] ?? dots;
    if (text === dots) onMissing();
    const one =
      typeof text === 'string' ? text : text[plurals().select(Number(values['n'])) === 'one' ? 'one' : 'other'];
    return one.replace(/\{(\w+)\}/g, (braces, key: string) => {
      const value = values[key];
      return value === undefined ? braces : typeof value === 'number' ? numbers().format(value) : value;
    });
  };
}

/** Texts that become more, for which nothing is drawn anew unless it was missed. */
export interface GrowingTexts {
  readonly catalogue: Partial<Catalogue>;
  /** Some text was asked for before it was there. */
  readonly isMissed: boolean;
  readonly miss: () => void;
  readonly grow: (more: Partial<Catalogue>) => void;
}

export function createGrowingTexts(first: Partial<Catalogue>): GrowingTexts {
  const catalogue = { ...first };
  let isMissed = false;
  return {
    catalogue,
    get isMissed() {
      return isMissed;
    },
    miss: () => void (isMissed = true),
    grow: (more) => void Object.assign(catalogue, more),
  };
}
