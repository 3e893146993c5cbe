import type { KeyboardEvent, ReactNode } from 'react';
import { useLanguage } from '../../text/context.js';
import { Icon } from '../../ui/icon.js';
import { mostTyped } from './found.js';

export interface PaletteFieldProps {
  readonly listId: string;
  /** The option that Enter opens; undefined: there is none. */
  readonly activeId: string | undefined;
  readonly text: string;
  readonly onType: (text: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** The field has the focus as long as the search is open, and the keys of its options. */
export function PaletteField({ listId, activeId, text, onType, onKeyDown }: PaletteFieldProps): ReactNode {
  const { t } = useLanguage();
  return (
    <label className="palette-field">
      <Icon name="search" />
      <span className="hidden">{t('search.field')}</span>
      <input
        role="combobox"
        aria-expanded={activeId !== undefined}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={activeId}
        value={text}
        placeholder={t('search.field')}
        maxLength={mostTyped}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onKeyDown={onKeyDown}
        onChange={(event) => onType(event.target.value)}
      />
      <kbd aria-hidden="true">{t('key.escape')}</kbd>
    </label>
  );
}
