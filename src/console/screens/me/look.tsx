import { useState, type ReactNode } from 'react';
import { chosenTheme, setTheme, type Theme } from '../../shell/theme.js';
import { languages, useLanguage } from '../../text/context.js';
import { Select } from '../../ui/fields.js';

const themes = ['system', 'light', 'dark'] as const;

/** How the console looks in this browser. */
export function Look(): ReactNode {
  const { t, chosen, choose } = useLanguage();
  const [theme, change] = useState<Theme>(chosenTheme);
  return (
    <section className="me-part">
      <h2>{t('me.look')}</h2>
      <Select
        label={t('me.theme')}
        value={theme}
        choices={themes.map((value) => ({ value, label: t(`me.theme.${value}`) }))}
        onChange={(value) => {
          const next = themes.find((one) => one === value) ?? 'system';
          setTheme(next);
          change(next);
        }}
      />
      <Select
        label={t('me.language')}
        value={chosen ?? ''}
        choices={[{ value: '', label: t('me.language.system') }, ...languages]}
        onChange={(value) => choose(value === '' ? null : value)}
      />
    </section>
  );
}
