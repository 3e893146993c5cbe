import { useMemo, useState, type ReactNode } from 'react';
import { useCursorRows } from '../../data/cursorrows.js';
import { toPage } from '../../data/cursors.js';
import { useGateway } from '../../data/context.js';
import { accounts, type AccountRowFragment } from '../../operations/access.js';
import { useShell } from '../../shell/context.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { FilterField } from '../../ui/fields.js';
import { Grid } from '../../ui/grid/grid.js';
import type { Column } from '../../ui/grid/types.js';
import { Badge, Empty, ProblemNotice, Time } from '../../ui/parts.js';
import { AccountDialog } from './account.js';
import { findRow } from './findrow.js';
import { NewAccount } from './newaccount.js';
import { Roles } from './roles.js';

export interface AccountsProps {
  readonly q: string;
  readonly onFilter: (q: string) => void;
}

/** All accounts, by name. */
export function Accounts({ q, onFilter }: AccountsProps): ReactNode {
  const { t } = useLanguage();
  const gateway = useGateway();
  const { shell } = useShell();
  const [open, setOpen] = useState<string | null>(null);
  const [isNew, setNew] = useState(false);
  const rows = useCursorRows<AccountRowFragment>(q, async ({ after, first }, signal) => {
    const filter = q === '' ? null : { nameContains: q };
    const { data, problem } = await gateway.ask(accounts, { after, first, filter }, signal);
    const list = data?.accounts;
    if (!list) return { data: null, problem };
    return { data: toPage(list), problem };
  });
  const columns = useAccountColumns();
  const chosen = open === null ? undefined : findRow(rows, ({ id }) => id === open);
  const isAllowed = shell?.viewer?.roles.includes('ADMIN') === true;
  return (
    <>
      <div className="toolbar">
        <FilterField label={t('access.filter')} value={q} onChange={onFilter} />
        <Action
          icon="plus"
          tone="primary"
          refusal={isAllowed ? undefined : t('access.refused')}
          onAct={() => setNew(true)}
        >
          {t('access.new')}
        </Action>
      </div>
      {rows.problem && <ProblemNotice problem={rows.problem} retry={rows.renew} />}
      {rows.total === 0 ? (
        <Empty title={t('access.none')} />
      ) : (
        <Grid
          label={t('access.accounts')}
          name="accounts"
          columns={columns}
          rows={rows}
          keyOf={(row) => row.id}
          onOpen={(row) => setOpen(row.id)}
        />
      )}
      {isNew && <NewAccount onClose={() => setNew(false)} onDone={rows.renew} />}
      {chosen && <AccountDialog account={chosen} onClose={() => setOpen(null)} onDone={rows.renew} />}
    </>
  );
}

function useAccountColumns(): readonly Column<AccountRowFragment>[] {
  const { t, formats } = useLanguage();
  return useMemo(
    () => [
      { id: 'name', title: t('access.username'), cell: ({ username }) => <bdi className="name">{username}</bdi> },
      { id: 'roles', title: t('access.roles'), cell: ({ roles }) => <Roles roles={roles} /> },
      { id: 'teams', title: t('access.teamsOf'), cell: ({ teams }) => <bdi>{formats.list(teams)}</bdi> },
      {
        id: 'grants',
        title: t('access.grants'),
        isNumber: true,
        cell: ({ grants }) => (grants.length === 0 ? '' : formats.count(grants.length)),
      },
      { id: 'created', title: t('access.created'), cell: ({ createdAt }) => <Time at={createdAt} /> },
      {
        id: 'state',
        title: t('access.state'),
        cell: ({ disabledAt, hasPassword }) => {
          if (disabledAt) return <Badge tone="bad">{t('access.state.disabled')}</Badge>;
          return hasPassword ? (
            <Badge tone="good">{t('access.state.active')}</Badge>
          ) : (
            <Badge>{t('access.state.machine')}</Badge>
          );
        },
      },
    ],
    [t, formats],
  );
}
