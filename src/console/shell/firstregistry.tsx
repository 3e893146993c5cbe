import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useLanguage } from '../text/context.js';
import { Empty } from '../ui/parts.js';
import { useShell } from './context.js';

/** No registry is there: the way to attach one, or, for those who may not, who does. */
export function AttachFirst({ text }: { text: string }): ReactNode {
  const { t } = useLanguage();
  const { shell } = useShell();
  // Who may is not known yet.
  if (shell === null) return null;
  if (shell.viewer?.canAttachRegistries !== true) return <p>{t('registries.noneSeen')}</p>;
  return (
    <>
      <p>{text}</p>
      <Link to="/registries/new" className="button button-primary">
        {t('registries.attach')}
      </Link>
    </>
  );
}

/** A list with nothing in it yet, and the next step: a push, or a first registry. */
export function NothingYet({ title }: { title: string }): ReactNode {
  const { t } = useLanguage();
  const { shell } = useShell();
  if (shell?.registries?.length === 0)
    return (
      <Empty title={t('registries.empty')}>
        <AttachFirst text={t('registries.emptyText')} />
      </Empty>
    );
  return (
    <Empty title={title}>
      <p>{t('repositories.emptyText')}</p>
    </Empty>
  );
}
