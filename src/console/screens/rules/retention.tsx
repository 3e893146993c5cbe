import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useChanges } from '../../data/live.js';
import { useOperation } from '../../data/query.js';
import { retention } from '../../operations/retention.js';
import { useLanguage } from '../../text/context.js';
import { ProblemNotice } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';
import { NoRegistry, RulesHead, useRuledRegistry } from './head.js';
import { RetentionEditor } from './retentioneditor.js';
import { Schedule } from './schedule.js';
import './rules.css';

const route = getRouteApi('/retention');

/** Which tags of a registry go by themselves, and when; with what that would be now. */
export function Retention(): ReactNode {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const registry = useRuledRegistry(route.useSearch().registry);
  const { data, problem, renew } = useOperation(retention, registry ? { registry } : null);
  useChanges(({ registryName, jobId }) => registryName === registry && jobId !== null, renew);
  useTitle(t('retention.title'));
  if (registry === null) return <NoRegistry title={t('retention.title')} />;
  const known = data?.registry ?? null;
  const shown = known !== null && [known.name, known.id].includes(registry ?? '') ? known : null;
  // Who may not apply rules is not told what they let go: the rules are there all the same.
  const isUsual =
    (problem?.code === 'FORBIDDEN' && shown?.viewerCanApplyRetention === false) ||
    (problem?.code === 'READ_ONLY' && shown?.retention.rules.length === 0);
  const told = isUsual ? null : problem;
  return (
    <div className="screen rules">
      <RulesHead
        title={t('retention.title')}
        text={t('retention.text')}
        registry={registry ?? ''}
        onChoose={(registry) => void navigate({ to: '/retention', search: { registry } })}
      />
      {told && <ProblemNotice problem={told} retry={renew} />}
      {shown && <Schedule registry={shown} onChanged={renew} />}
      {shown && (
        <RetentionEditor
          key={shown.id}
          registry={shown}
          preview={data?.registryRetentionPreview ?? null}
          onSaved={renew}
        />
      )}
      {shown === null && problem === null && <p className="muted">{t('loading')}</p>}
    </div>
  );
}
