import type { ShellQuery } from '../operations/shell.js';
import type { TextName } from '../text/texts.js';
import type { IconName } from '../ui/icon.js';

export interface Entry {
  readonly to: string;
  readonly icon: IconName;
  readonly text: TextName;
  /** It stands in the bar of narrow screens too, without opening it. */
  readonly isFirst?: boolean;
  /** Screens that nobody but some may see are not offered to others; undefined: everybody may. */
  readonly isShown?: (shell: ShellQuery) => boolean;
}

/** The screens of the bar, in their order. */
export const entries: readonly Entry[] = [
  { to: '/', icon: 'home', text: 'nav.overview' },
  { to: '/repositories', icon: 'list', text: 'nav.repositories', isFirst: true },
  { to: '/compare', icon: 'compare', text: 'nav.compare' },
  { to: '/tags', icon: 'tag', text: 'nav.tags' },
  { to: '/activity', icon: 'activity', text: 'nav.activity', isFirst: true },
  { to: '/jobs', icon: 'jobs', text: 'nav.jobs' },
  { to: '/retention', icon: 'clock', text: 'nav.retention' },
  { to: '/protection', icon: 'shield', text: 'nav.protection' },
  { to: '/trash', icon: 'trash', text: 'nav.trash' },
  { to: '/registries', icon: 'server', text: 'nav.registries' },
  { to: '/access', icon: 'key', text: 'nav.access' },
  { to: '/audit', icon: 'book', text: 'nav.audit', isShown: ({ viewer }) => viewer?.canSeeAuditLog === true },
  { to: '/settings', icon: 'settings', text: 'nav.settings' },
];
