import { useMemo, useState, type ReactNode } from 'react';
import { useCursorRows } from '../../data/cursorrows.js';
import { toPage } from '../../data/cursors.js';
import { useGateway } from '../../data/context.js';
import { tokens, type TokensQuery } from '../../operations/access.js';
import { useShell } from '../../shell/context.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { FilterField } from '../../ui/fields.js';
import { Grid } from '../../ui/grid/grid.js';
import type { Column } from '../../ui/grid/types.js';
import { Badge, Empty, ProblemNotice, Time, useMinute } from '../../ui/parts.js';
import { NewToken } from './newtoken.js';
import { RevokeToken } from './revoketoken.js';
import { Roles } from './roles.js';

export type TokenRow = NonNullable<TokensQuery['tokens']>['nodes'][number];

export interface TokensProps {
  /** Those of others are there too. */
  readonly seesAll: boolean;
  /** Whose tokens; of all where it is empty. */
  readonly q: string;
  readonly onFilter: (q: string) => void;
}

/** Tokens and service keys: by which programs ask as somebody. */
export function Tokens({ seesAll, q, onFilter }: TokensProps): ReactNode {
  const { t } = useLanguage();
  const gateway = useGateway();
  const { shell } = useShell();
  const own = shell?.viewer?.username;
  const username = seesAll ? (q === '' ? null : q) : (own ?? null);
  const [isNew, setNew] = useState(false);
  const [leaving, setLeaving] = useState<TokenRow | null>(null);
  const rows = useCursorRows<TokenRow>(username ?? '', async ({ after, first }, signal) => {
    const { data, problem } = await gateway.ask(tokens, { after, first, filter: { username } }, signal);
    const list = data?.tokens;
    if (!list) return { data: null, problem };
    return { data: toPage(list), problem };
  });
  const columns = useTokenColumns(setLeaving);
  return (
    <>
      <div className="toolbar">
        {seesAll && <FilterField label={t('access.username')} value={q} onChange={onFilter} />}
        <Action icon="plus" tone="primary" onAct={() => setNew(true)}>
          {t('access.newToken')}
        </Action>
      </div>
      {rows.problem && <ProblemNotice problem={rows.problem} retry={rows.renew} />}
      {rows.total === 0 ? (
        <Empty title={t('access.noTokens')}>
          <p>{t('access.noTokensText')}</p>
        </Empty>
      ) : (
        <Grid
          label={t('access.tokens')}
          name="tokens"
          columns={columns}
          rows={rows}
          keyOf={(row) => row.id}
          onOpen={(row) => {
            if (row.revokedAt === null) setLeaving(row);
          }}
        />
      )}
      {isNew && <NewToken onClose={() => setNew(false)} onDone={rows.renew} />}
      {leaving && <RevokeToken token={leaving} onClose={() => setLeaving(null)} onDone={rows.renew} />}
    </>
  );
}

function useTokenColumns(onRevoke: (token: TokenRow) => void): readonly Column<TokenRow>[] {
  const { t } = useLanguage();
  return useMemo(
    () => [
      {
        id: 'name',
        title: t('access.label'),
        cell: ({ label, kind }) => <bdi className="name">{label === '' ? t(`access.kind.${kind}`) : label}</bdi>,
      },
      { id: 'owner', title: t('access.username'), cell: ({ username }) => <bdi>{username}</bdi> },
      { id: 'kind', title: t('access.kind'), cell: ({ kind }) => t(`access.kind.${kind}`) },
      { id: 'roles', title: t('access.roles'), cell: ({ roles }) => <Roles roles={roles} /> },
      { id: 'expires', title: t('access.expires'), cell: (row) => <Ending token={row} /> },
      {
        id: 'used',
        title: t('access.used'),
        cell: ({ lastUsedAt, lastUsedFrom }) =>
          lastUsedAt ? <Time at={lastUsedAt} hint={lastUsedFrom ?? undefined} /> : t('access.never'),
      },
      {
        id: 'act',
        title: t('access.revokeOne'),
        cell: (row) =>
          row.revokedAt === null && (
            <button
              type="button"
              tabIndex={-1}
              className="link-button"
              aria-label={t('access.revokeToken', { label: row.label || t(`access.kind.${row.kind}`) })}
              onClick={() => onRevoke(row)}
            >
              {t('access.revokeOne')}
            </button>
          ),
      },
    ],
    [t, onRevoke],
  );
}

function Ending({ token: { revokedAt, expiresAt } }: { token: TokenRow }): ReactNode {
  const { t } = useLanguage();
  const now = useMinute();
  if (revokedAt) return <Badge tone="bad">{t('access.revoked')}</Badge>;
  if (new Date(expiresAt) < now) return <Badge>{t('access.expired')}</Badge>;
  return <Time at={expiresAt} />;
}
