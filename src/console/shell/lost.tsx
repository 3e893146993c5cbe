import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useLanguage } from '../text/context.js';
import { Empty } from '../ui/parts.js';

/** An address that names no screen. */
export function Lost(): ReactNode {
  const { t } = useLanguage();
  return (
    <Empty isWhole title={t('problem.lost')}>
      <p>{t('problem.lostText')}</p>
      <Link to="/repositories" className="button">
        {t('nav.repositories')}
      </Link>
    </Empty>
  );
}

/** A screen that threw: the frame around it stays. */
export function Broken(): ReactNode {
  const { t } = useLanguage();
  return (
    <Empty isWhole title={t('problem.broken')}>
      <p>{t('problem.brokenText')}</p>
    </Empty>
  );
}
