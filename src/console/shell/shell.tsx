import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useChanges } from '../data/live.js';
import { useOperation } from '../data/query.js';
import { shell } from '../operations/shell.js';
import { DeletionProvider } from '../jobs/deletion/provider.js';
import { useLanguage } from '../text/context.js';
import { ProblemNotice } from '../ui/parts.js';
import { contentId } from '../ui/scroll.js';
import { Bar } from './bar.js';
import { ShellContext } from './context.js';
import { useKeys, type Overlay } from './keys.js';
import { whenIdle } from './idle.js';
import { useAccountPreferences } from './preferences/follow.js';

const noVariables = {};

const loadPalette = () => import('./palette/palette.js');
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }));
const KeyList = lazy(async () => ({ default: (await import('./palette/keylist.js')).KeyList }));

/** The frame: where one can go, which registries there are, who looks; and the screen within. */
export function Shell(): ReactNode {
  const { t, load } = useLanguage();
  const { data, problem, renew } = useOperation(shell, noVariables);
  useChanges(({ kind }) => kind !== 'TAG_MOVED', renew);
  const isThere = data !== null;
  useEffect(() => {
    if (!isThere) return undefined;
    // The palette is there before it is asked for, so that no letter is lost that is typed at once.
    return whenIdle(() => void Promise.all([loadPalette(), load()]).catch(() => undefined));
  }, [isThere, load]);
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const close = (): void => setOverlay(null);
  useKeys(setOverlay);
  useAccountPreferences(data?.viewer);
  const known = useMemo(() => ({ shell: data, renew }), [data, renew]);
  return (
    <ShellContext value={known}>
      <div className="shell">
        <a className="skip" href={`#${contentId}`}>
          {t('app.skip')}
        </a>
        <Bar shell={data} onSearch={() => setOverlay('search')} />
        <main id={contentId} className="content" tabIndex={-1}>
          {problem !== null && problem.code === 'NETWORK' && <ProblemNotice problem={problem} retry={renew} />}
          <DeletionProvider>
            <Outlet />
          </DeletionProvider>
        </main>
        <Suspense fallback={null}>
          {overlay === 'search' && <Palette onClose={close} />}
          {overlay === 'keys' && <KeyList onClose={close} />}
        </Suspense>
      </div>
    </ShellContext>
  );
}
