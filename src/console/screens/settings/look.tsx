import type { ReactNode } from 'react';
import { toolNames } from '../../images/toolnames.js';
import { useKept, useKeptChoice } from '../../kept/kept.js';
import { useShell } from '../../shell/context.js';
import { setTheme, toTheme } from '../../shell/theme.js';
import { languages, useLanguage } from '../../text/context.js';
import { Select } from '../../ui/fields.js';

const themes = ['system', 'light', 'dark'] as const;

/** How the console looks to whoever looks, in this browser or in all of theirs. */
export function Look(): ReactNode {
  const { t, chosen, choose } = useLanguage();
  const { shell } = useShell();
  const kept = useKept();
  const theme = toTheme(useKeptChoice('theme'));
  const density = useKeptChoice('density');
  const tool = useKeptChoice('pull-tool');
  return (
    <section className="settings-part">
      <h2>{t('settings.look')}</h2>
      <Select
        label={t('settings.theme')}
        value={theme}
        choices={themes.map((value) => ({ value, label: t(`settings.theme.${value}`) }))}
        onChange={(value) => setTheme(kept, toTheme(value))}
      />
      <Select
        label={t('settings.density')}
        value={density ?? ''}
        choices={[
          { value: '', label: t('settings.density.comfortable') },
          { value: 'compact', label: t('settings.density.compact') },
        ]}
        onChange={(value) => kept.keep('density', value === '' ? null : value)}
      />
      <Select
        label={t('settings.language')}
        value={chosen ?? ''}
        choices={[{ value: '', label: t('settings.language.system') }, ...languages]}
        onChange={(value) => choose(value === '' ? null : value)}
      />
      <Select
        label={t('settings.tool')}
        value={tool ?? ''}
        choices={[
          { value: '', label: t('settings.tool.none') },
          ...Object.entries(toolNames).map(([value, label]) => ({ value, label })),
        ]}
        onChange={(value) => kept.keep('pull-tool', value === '' ? null : value)}
      />
      <p className="muted">{t(shell?.viewer?.preferences ? 'settings.ofAccount' : 'settings.ofBrowser')}</p>
    </section>
  );
}
