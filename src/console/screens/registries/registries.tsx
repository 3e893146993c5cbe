import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useChanges } from '../../data/live.js';
import { useRows } from '../../data/rows.js';
import { useShell } from '../../shell/context.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { FilterField } from '../../ui/fields.js';
import { Grid } from '../../ui/grid/grid.js';
import { Empty, ProblemNotice } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';
import { useRegistryColumns } from './columns.js';
import { useRegistrySource } from './source.js';
import './registries.css';

const route = getRouteApi('/registries');

/** Every registry: how it is, how old what is known of it is, what it holds, and what it can do. */
export function Registries(): ReactNode {
  const { t } = useLanguage();
  const { q = '' } = route.useSearch();
  const navigate = useNavigate();
  const rows = useRows(useRegistrySource(q));
  useChanges(() => true, rows.renew);
  useTitle(t('registries.title'));
  const columns = useRegistryColumns();
  const total = rows.total ?? 0;
  return (
    <div className="screen registries">
      <header className="screen-head">
        <div>
          <h1>{t('registries.title')}</h1>
          <p className="muted" role="status">
            {rows.total === null ? t('loading') : t('registries.count', { n: total })}
          </p>
        </div>
      </header>
      {rows.problem && <ProblemNotice problem={rows.problem} retry={rows.renew} />}
      <div className="toolbar">
        <FilterField
          label={t('registries.filter')}
          value={q}
          onChange={(q) => void navigate({ to: '/registries', search: { q }, replace: true })}
        />
        <AttachButton />
      </div>
      {rows.total === 0 && !rows.isAsking ? (
        <Empty title={t(q === '' ? 'registries.empty' : 'registries.none')}>
          {q === '' && <p>{t('registries.emptyText')}</p>}
          {q !== '' && (
            <Link to="/registries" className="button">
              {t('registries.all')}
            </Link>
          )}
        </Empty>
      ) : (
        <Grid
          label={t('registries.title')}
          name="registries"
          columns={columns}
          rows={rows}
          keyOf={(row) => row.id}
          onOpen={({ name }) => void navigate({ to: '/registries/$registry', params: { registry: name } })}
          rowHeight={{ wide: 56, narrow: 72 }}
        />
      )}
    </div>
  );
}

function AttachButton(): ReactNode {
  const { t } = useLanguage();
  const { shell } = useShell();
  const navigate = useNavigate();
  const isAllowed = shell?.viewer?.canAttachRegistries !== false;
  return (
    <Action
      icon="plus"
      tone="primary"
      refusal={isAllowed ? undefined : t('registries.refused')}
      onAct={() => void navigate({ to: '/registries/new' })}
    >
      {t('registries.attach')}
    </Action>
  );
}
