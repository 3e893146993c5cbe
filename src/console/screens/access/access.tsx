import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useShell } from '../../shell/context.js';
import { useLanguage } from '../../text/context.js';
import { Tabs } from '../../ui/tabs.js';
import { useTitle } from '../../ui/title.js';
import { Accounts } from './accounts.js';
import type { AccessView } from './search.js';
import { Teams } from './teams.js';
import { Tokens } from './tokens.js';
import { Webhooks } from './webhooks.js';
import './access.css';

const route = getRouteApi('/access');

/**
 * Who may do what: accounts, teams and tokens; and which endpoints are told of events. Those who see no accounts see
 * their own tokens.
 */
export function Access(): ReactNode {
  const { t } = useLanguage();
  const { view, q = '' } = route.useSearch();
  const navigate = useNavigate();
  const { shell } = useShell();
  useTitle(t('access.title'));
  const seesAll = shell?.viewer?.canSeeAccounts === true;
  const chosen: AccessView = view ?? (seesAll ? 'accounts' : 'tokens');
  const go = (view: AccessView): void => void navigate({ to: '/access', search: { view } });
  const filter = (q: string): void => void navigate({ to: '/access', search: { view: chosen, q }, replace: true });
  const tabs = [
    ...(seesAll ? [{ name: 'accounts', title: t('access.accounts') } as const] : []),
    ...(seesAll ? [{ name: 'teams', title: t('access.teams') } as const] : []),
    { name: 'tokens', title: t('access.tokens') } as const,
    ...(seesAll ? [{ name: 'webhooks', title: t('access.webhooks') } as const] : []),
  ];
  return (
    <div className="screen access">
      <h1>{t('access.title')}</h1>
      {shell !== null && !seesAll && <p className="muted">{t('access.refused')}</p>}
      {shell !== null && (
        <Tabs label={t('access.parts')} tabs={tabs} chosen={chosen} onChoose={go}>
          {chosen === 'accounts' && <Accounts q={q} onFilter={filter} />}
          {chosen === 'teams' && <Teams />}
          {chosen === 'webhooks' && <Webhooks />}
          {chosen === 'tokens' && <Tokens seesAll={seesAll} q={q} onFilter={filter} />}
        </Tabs>
      )}
    </div>
  );
}
