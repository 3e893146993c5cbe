import { useMemo, useState, type ReactNode } from 'react';
import { useCursorRows } from '../../data/cursorrows.js';
import { toPage } from '../../data/cursors.js';
import { useGateway } from '../../data/context.js';
import { teams, type TeamRowFragment } from '../../operations/access.js';
import { useShell } from '../../shell/context.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { Grid } from '../../ui/grid/grid.js';
import type { Column } from '../../ui/grid/types.js';
import { Empty, ProblemNotice, Time } from '../../ui/parts.js';
import { findRow } from './findrow.js';
import { NewTeam } from './newteam.js';
import { TeamDialog } from './team.js';

/** All teams, by name: their members have their grants too. */
export function Teams(): ReactNode {
  const { t } = useLanguage();
  const gateway = useGateway();
  const rows = useCursorRows<TeamRowFragment>('', async ({ after, first }, signal) => {
    const { data, problem } = await gateway.ask(teams, { after, first }, signal);
    const list = data?.teams;
    if (!list) return { data: null, problem };
    return { data: toPage(list), problem };
  });
  const columns = useTeamColumns();
  const { shell } = useShell();
  const [open, setOpen] = useState<string | null>(null);
  const [isNew, setNew] = useState(false);
  const chosen = open === null ? undefined : findRow(rows, ({ name }) => name === open);
  const isAllowed = shell?.viewer?.roles.includes('ADMIN') === true;
  return (
    <>
      <div className="toolbar">
        <Action
          icon="plus"
          tone="primary"
          refusal={isAllowed ? undefined : t('access.refused')}
          onAct={() => setNew(true)}
        >
          {t('access.newTeam')}
        </Action>
      </div>
      {rows.problem && <ProblemNotice problem={rows.problem} retry={rows.renew} />}
      {rows.total === 0 ? (
        <Empty title={t('access.noTeams')}>
          <p>{t('access.noTeamsText')}</p>
        </Empty>
      ) : (
        <Grid
          label={t('access.teams')}
          name="teams"
          columns={columns}
          rows={rows}
          keyOf={(row) => row.id}
          onOpen={(row) => setOpen(row.name)}
        />
      )}
      {isNew && (
        <NewTeam
          onClose={() => setNew(false)}
          onDone={(name) => {
            rows.renew();
            setOpen(name);
          }}
        />
      )}
      {chosen && <TeamDialog key={chosen.id} team={chosen} onClose={() => setOpen(null)} onDone={rows.renew} />}
    </>
  );
}

function useTeamColumns(): readonly Column<TeamRowFragment>[] {
  const { t, formats } = useLanguage();
  return useMemo(
    () => [
      { id: 'name', title: t('access.teams'), cell: ({ name }) => <bdi className="name">{name}</bdi> },
      {
        id: 'detail',
        title: t('access.membersOf'),
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
