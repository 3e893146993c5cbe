import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useConnected } from '../data/context.js';
import { useKept } from '../kept/kept.js';
import { logOut } from '../operations/login.js';
import type { ShellQuery } from '../operations/shell.js';
import { useLanguage } from '../text/context.js';
import { BrandMark, useBrandName } from '../ui/brand.js';
import { Icon } from '../ui/icon.js';
import { HealthMark } from './health.js';
import { entries } from './entries.js';
import { SavedViewList } from './saved/list.js';
import { changeTheme } from './theme.js';

export interface BarProps {
  readonly shell: ShellQuery | null;
  readonly onSearch: () => void;
}

/** The way to each screen, and how each registry is. On narrow screens it is at the bottom, and opens. */
export function Bar({ shell, onSearch }: BarProps): ReactNode {
  const { t, formats } = useLanguage();
  const name = useBrandName();
  const [isOpen, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <nav className={`bar${isOpen ? ' is-open' : ''}`} aria-label={t('nav.label')}>
      <Link to="/" className="brand" onClick={close}>
        <BrandMark />
        <bdi>{name}</bdi>
      </Link>
      <ul className="bar-screens">
        <li className="is-first">
          <button
            type="button"
            className="bar-link bar-search"
            onClick={() => {
              close();
              onSearch();
            }}
          >
            <Icon name="search" />
            <span>{t('nav.search')}</span>
            <kbd aria-hidden="true">{t('key.search')}</kbd>
          </button>
        </li>
        {entries.map(({ to, icon, text, isShown, isFirst }) =>
          shell !== null && isShown && !isShown(shell) ? null : (
            <li key={to} className={isFirst ? 'is-first' : undefined}>
              <Link
                to={to}
                className="bar-link"
                onClick={close}
                activeProps={{ 'aria-current': 'page' }}
                activeOptions={{ exact: to === '/' }}
              >
                <Icon name={icon} />
                <span>{t(text)}</span>
                {text === 'nav.jobs' && !!shell?.jobs?.totalCount && (
                  <span className="bar-count">{formats.count(shell.jobs.totalCount)}</span>
                )}
              </Link>
            </li>
          ),
        )}
        <li className="bar-more">
          <button type="button" className="bar-link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            <Icon name="more" />
            <span>{t('nav.more')}</span>
          </button>
        </li>
      </ul>
      <SavedViewList onFollow={close} />
      <Registries shell={shell} onFollow={close} />
      <Person shell={shell} />
    </nav>
  );
}

function Registries({ shell, onFollow }: { shell: ShellQuery | null; onFollow: () => void }): ReactNode {
  const { t, formats } = useLanguage();
  if (!shell?.registries?.length) return null;
  return (
    <section className="bar-registries">
      <h2>{t('nav.registries')}</h2>
      <ul>
        {shell.registries.map(({ id, name, repositoryCount, freshness }) => (
          <li key={id}>
            <Link to="/repositories" search={{ registry: [name] }} className="bar-link" onClick={onFollow}>
              <HealthMark state={freshness.state} message={freshness.lastError?.message} />
              <bdi>{name}</bdi>
              <span className="muted">{formats.count(repositoryCount)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Person({ shell }: { shell: ShellQuery | null }): ReactNode {
  const { t } = useLanguage();
  const { gateway, tell } = useConnected();
  const kept = useKept();
  const leave = async (): Promise<void> => {
    const { problem } = await gateway.ask(logOut, {});
    if (problem !== null && problem.code === 'NETWORK') return;
    // In the first load it would be in the way: a log-out is rare.
    await import('./preferences/sync.js').then(
      ({ forgetAccount }) => forgetAccount(kept),
      () => undefined,
    );
    tell('loggedOut');
  };
  return (
    <div className="bar-person">
      <Link to="/me" className="bar-name">
        <bdi>{shell?.viewer?.username ?? ''}</bdi>
      </Link>
      <a className="icon-button" href="explorer" title={t('nav.explorer')} aria-label={t('nav.explorer')}>
        <Icon name="code" />
      </a>
      <button
        type="button"
        className="icon-button"
        onClick={() => changeTheme(kept)}
        title={t('nav.theme')}
        aria-label={t('nav.theme')}
      >
        <Icon name="theme" />
      </button>
      <button
        type="button"
        className="icon-button"
        onClick={() => void leave()}
        title={t('logout')}
        aria-label={t('logout')}
      >
        <Icon name="exit" />
      </button>
    </div>
  );
}
