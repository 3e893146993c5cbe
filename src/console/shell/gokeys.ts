import type { TextName } from '../text/texts.js';
import { entries, type Entry } from './entries.js';

/** The letter that leads to a screen, after a g, by the name of its entry. */
export const goLetters: Readonly<Partial<Record<TextName, string>>> = {
  'nav.overview': 'o',
  'nav.repositories': 'r',
  'nav.tags': 't',
  'nav.compare': 'c',
  'nav.activity': 'a',
  'nav.jobs': 'j',
  'nav.retention': 'n',
  'nav.protection': 'p',
  'nav.trash': 'x',
  'nav.registries': 'e',
  'nav.access': 'u',
  'nav.audit': 'l',
  'nav.settings': 's',
};

export function entryOf(letter: string): Entry | undefined {
  return entries.find(({ text }) => goLetters[text] === letter);
}
