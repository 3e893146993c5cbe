import { Outlet } from '@tanstack/react-router';
import { useEffect, useMemo, type ReactNode } from 'react';
import { useChanges } from '../data/live.js';
import { useOperation } from '../data/query.js';
import { shell } from '../operations/shell.js';
import { DeletionProvider } from '../jobs/deletion/provider.js';
import { useLanguage } from '../text/context.js';
import { ProblemNotice } from '../ui/parts.js';
import { contentId } from '../ui/scroll.js';
import { Bar } from './bar.js';
import { ShellContext } from './context.js';

const noVariables = {};

/** The frame: where one can go, which registries there are, who looks; and the screen within. */
export function Shell(): ReactNode {
  const { t } = useLanguage();
  const { data, problem, renew } = useOperation(shell, noVariables);
  useChanges(({ kind }) => kind !== 'TAG_MOVED', renew);
  useEffect(() => {
    const focusFilter = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof Element && event.target.closest('input, textarea, select, dialog');
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      const filter = document.querySelector<HTMLInputElement>('[data-filter]');
      if (!filter) return;
      event.preventDefault();
      filter.focus();
      filter.select();
    };
    document.addEventListener('keydown', focusFilter);
    return () => document.removeEventListener('keydown', focusFilter);
  }, []);
  const known = useMemo(() => ({ shell: data, renew }), [data, renew]);
  return (
    <ShellContext value={known}>
      <div className="shell">
        <a className="skip" href={`#${contentId}`}>
          {t('app.skip')}
        </a>
        <Bar shell={data} />
        <main id={contentId} className="content" tabIndex={-1}>
          {problem !== null && problem.code === 'NETWORK' && <ProblemNotice problem={problem} retry={renew} />}
          <DeletionProvider>
            <Outlet />
          </DeletionProvider>
        </main>
      </div>
    </ShellContext>
  );
}
