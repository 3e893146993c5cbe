import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState, type ReactNode } from 'react';
import { useCursorRows } from '../../data/cursorrows.js';
import { toPage } from '../../data/cursors.js';
import { useGateway } from '../../data/context.js';
import { auditLog, type AuditLogQuery, type AuditOutcome } from '../../operations/audit.js';
import { useLanguage } from '../../text/context.js';
import { FilterField, Select } from '../../ui/fields.js';
import { Grid } from '../../ui/grid/grid.js';
import type { Column } from '../../ui/grid/types.js';
import { Badge, Empty, ProblemNotice, Time, type Tone } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';
import { Entry } from './entry.js';
import { outcomes, type AuditSearch } from './search.js';
import './audit.css';

const route = getRouteApi('/audit');

export type AuditRow = NonNullable<AuditLogQuery['auditLog']>['nodes'][number];

const tones: Readonly<Record<AuditOutcome, Tone>> = { ACCEPTED: 'info', DONE: 'good', FAILED: 'bad', REFUSED: 'warn' };

/** Who changed, or tried to change, what: the newest first. */
export function Audit(): ReactNode {
  const { t } = useLanguage();
  const search = route.useSearch();
  const navigate = useNavigate();
  const gateway = useGateway();
  useTitle(t('audit.title'));
  const [open, setOpen] = useState<AuditRow | null>(null);
  const change = (changed: AuditSearch): void =>
    void navigate({ to: '/audit', search: { ...search, ...changed }, replace: true });
  const rows = useCursorRows<AuditRow>(JSON.stringify(search), async ({ after, first }, signal) => {
    const { data, problem } = await gateway.ask(auditLog, { after, first, filter: search }, signal);
    const list = data?.auditLog;
    if (!list) return { data: null, problem };
    return { data: toPage(list), problem };
  });
  const columns = useAuditColumns();
  if (rows.problem?.code === 'FORBIDDEN')
    return (
      <Empty isWhole title={t('audit.title')}>
        <p>{t('audit.refused')}</p>
      </Empty>
    );
  return (
    <div className="screen audit">
      <header>
        <h1>{t('audit.title')}</h1>
        <p className="muted" role="status">
          {rows.total === null ? t('loading') : t('audit.count', { n: rows.total })}
        </p>
      </header>
      <AuditTools search={search} change={change} />
      {rows.problem && <ProblemNotice problem={rows.problem} retry={rows.renew} />}
      {rows.total === 0 ? (
        <Empty title={t('audit.none')}>
          <p>{t('audit.noneText')}</p>
        </Empty>
      ) : (
        <Grid
          label={t('audit.title')}
          name="audit"
          columns={columns}
          rows={rows}
          keyOf={(row) => row.id}
          onOpen={setOpen}
        />
      )}
      {open && <Entry entry={open} tone={tones[open.outcome]} onClose={() => setOpen(null)} />}
    </div>
  );
}

interface AuditToolsProps {
  readonly search: AuditSearch;
  readonly change: (changed: AuditSearch) => void;
}

function AuditTools({ search, change }: AuditToolsProps): ReactNode {
  const { t } = useLanguage();
  return (
    <div className="toolbar">
      <FilterField
        label={t('audit.filterActor')}
        value={search.actor ?? ''}
        onChange={(actor) => change({ actor: actor === '' ? undefined : actor })}
      />
      <Select
        label={t('audit.outcome')}
        isLabelHidden
        value={search.outcome ?? ''}
        onChange={(outcome) => change({ outcome: outcomes.find((one) => one === outcome) })}
        choices={[
          { value: '', label: t('audit.outcome.any') },
          ...outcomes.map((value) => ({ value, label: t(`audit.outcome.${value}`) })),
        ]}
      />
    </div>
  );
}

function useAuditColumns(): readonly Column<AuditRow>[] {
  const { t } = useLanguage();
  return useMemo(
    () => [
      { id: 'at', title: t('audit.at'), cell: ({ at }) => <Time at={at} /> },
      { id: 'name', title: t('audit.action'), cell: ({ action }) => <span className="name">{action}</span> },
      {
        id: 'object',
        title: t('audit.object'),
        cell: (row) => <bdi>{objectOf(row)}</bdi>,
      },
      { id: 'actor', title: t('audit.actor'), cell: ({ actor }) => <bdi>{actor}</bdi> },
      {
        id: 'outcome',
        title: t('audit.outcome'),
        cell: ({ outcome }) => <Badge tone={tones[outcome]}>{t(`audit.outcome.${outcome}`)}</Badge>,
      },
    ],
    [t],
  );
}

/** The name of what was changed, as far as it has one. */
export function objectOf({ registryName, repository, tags }: AuditRow): string {
  const place = [registryName, repository].filter((part) => part !== null).join('/');
  return tags.length === 1 ? `${place}:${tags[0]}` : place;
}
