import { useRouter } from '@tanstack/react-router';
import { useKept } from '../../kept/kept.js';
import { markWords, type Mark } from '../../pure/marks.js';
import { useLanguage } from '../../text/context.js';
import type { IconName } from '../../ui/icon.js';
import { useShell } from '../context.js';
import { entries } from '../entries.js';
import { changeTheme } from '../theme.js';

/** The actions that can be taken from anywhere. */
export interface Action {
  readonly id: string;
  readonly icon: IconName;
  readonly text: string;
  readonly marks: readonly Mark[];
  readonly run: () => void;
}

/** The actions whose text has all words that were typed; all of them where none was. */
export function useActions(typed: string): readonly Action[] {
  const { t } = useLanguage();
  const { shell } = useShell();
  const kept = useKept();
  const router = useRouter();
  const go = (to: string) => (): void => void router.navigate({ to });
  const screens = entries
    .filter(({ isShown }) => isShown === undefined || (shell !== null && isShown(shell)))
    .map(({ to, icon, text }) => ({ id: to, icon, text: t('search.go', { screen: t(text) }), run: go(to) }));
  const others = [
    ...(shell?.viewer?.canAttachRegistries
      ? [{ id: 'attach', icon: 'plus' as const, text: t('overview.attach'), run: go('/registries/new') }]
      : []),
    { id: 'theme', icon: 'theme' as const, text: t('nav.theme'), run: () => changeTheme(kept) },
    { id: 'explorer', icon: 'code' as const, text: t('nav.explorer'), run: () => location.assign('explorer') },
  ];
  return [...screens, ...others].flatMap((action) => {
    const marks = markWords(action.text, typed);
    return marks === null ? [] : [{ ...action, marks }];
  });
}
