import { useMemo, type ReactNode } from 'react';
import { useCursorRows } from '../../data/cursorrows.js';
import { toPage } from '../../data/cursors.js';
import { useGateway } from '../../data/context.js';
import { teams, type TeamsQuery } from '../../operations/access.js';
import { useLanguage } from '../../text/context.js';
import { Grid } from '../../ui/grid/grid.js';
import type { Column } from '../../ui/grid/types.js';
import { Empty, ProblemNotice, Time } from '../../ui/parts.js';

type TeamRow = NonNullable<TeamsQuery['teams']>['nodes'][number];

/** All teams, by name: their members have their grants too. */
export function Teams(): ReactNode {
  const { t } = useLanguage();
  const gateway = useGateway();
  const rows = useCursorRows<TeamRow>('', async ({ after, first }, signal) => {
    const { data, problem } = await gateway.ask(teams, { after, first }, signal);
    const list = data?.teams;
    if (!list) return { data: null, problem };
    return { data: toPage(list), problem };
  });
  const columns = useTeamColumns();
  if (rows.total === 0)
    return (
      <Empty title={t('access.noTeams')}>
        <p>{t('access.noTeamsText')}</p>
      </Empty>
    );
  return (
    <>
      {rows.problem && <ProblemNotice problem={rows.problem} retry={rows.renew} />}
      <Grid
        label={t('access.teams')}
        name="teams"
        columns={columns}
        rows={rows}
        keyOf={(row) => row.id}
        onOpen={() => undefined}
      />
    </>
  );
}

function useTeamColumns(): readonly Column<TeamRow>[] {
  const { t, formats } = useLanguage();
  return useMemo(
    () => [
      { id: 'name', title: t('access.teams'), cell: ({ name }) => <bdi className="name">{name}</bdi> },
      {
        id: 'detail',
        title: t('access.grants'),
        cell: ({ description, members }) => (
          <span title={formats.list(members)}>
            {t('access.members', { n: members.length })} <bdi className="muted">{description}</bdi>
          </span>
        ),
      },
      {
        id: 'grants',
        title: t('access.grants'),
        isNumber: true,
        cell: ({ grants }) => formats.count(grants.length),
      },
      { id: 'created', title: t('access.created'), cell: ({ createdAt }) => <Time at={createdAt} /> },
    ],
    [t, formats],
  );
}
