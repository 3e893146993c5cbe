import type { ReactNode } from 'react';
import { useShell } from '../../shell/context.js';
import { AttachFirst } from '../../shell/firstregistry.js';
import { useLanguage } from '../../text/context.js';
import { Select } from '../../ui/fields.js';
import { Empty } from '../../ui/parts.js';

export interface RulesHeadProps {
  readonly title: string;
  readonly text: string;
  readonly registry: string;
  readonly onChoose: (registry: string) => void;
}

/** The purpose of the rules, and the registry that they are of. */
export function RulesHead({ title, text, registry, onChoose }: RulesHeadProps): ReactNode {
  const { t } = useLanguage();
  const { shell } = useShell();
  const names = shell?.registries?.map(({ name }) => name) ?? [];
  const choices = names.includes(registry) ? names : [registry, ...names];
  return (
    <header className="screen-head">
      <div>
        <h1>{title}</h1>
        <p className="muted">{text}</p>
      </div>
      <Select
        label={t('rules.registry')}
        value={registry}
        onChange={onChoose}
        choices={choices.map((value) => ({ value, label: value }))}
      />
    </header>
  );
}

/** Rules need a registry. */
export function NoRegistry({ title }: { title: string }): ReactNode {
  const { t } = useLanguage();
  return (
    <Empty isWhole title={title}>
      <AttachFirst text={t('rules.noRegistry')} />
    </Empty>
  );
}

/** The registry that the address names, or else the first; undefined: none is known yet; null: there is none. */
export function useRuledRegistry(named: string | undefined): string | null | undefined {
  const { shell } = useShell();
  if (named !== undefined) return named;
  return shell === null ? undefined : (shell.registries?.[0]?.name ?? null);
}
