import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useOperation } from '../../data/query.js';
import { protection } from '../../operations/protection.js';
import { useLanguage } from '../../text/context.js';
import { ProblemNotice } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';
import { NoRegistry, RulesHead, useRuledRegistry } from './head.js';
import { ProtectionEditor } from './protectioneditor.js';
import { ReadOnly } from './readonly.js';
import './rules.css';

const route = getRouteApi('/protection');

/** Which tags of a registry are not deleted, by whomever. Rules are tried on what is there before they are set. */
export function Protection(): ReactNode {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const registry = useRuledRegistry(route.useSearch().registry);
  const { data, problem, renew } = useOperation(protection, registry ? { registry } : null);
  useTitle(t('protection.title'));
  if (registry === null) return <NoRegistry title={t('protection.title')} />;
  const known = data?.registry ?? null;
  const shown = known !== null && [known.name, known.id].includes(registry ?? '') ? known : null;
  // Who may not set rules is not told what they keep: the rules are there all the same.
  const told = problem?.code === 'FORBIDDEN' && shown?.viewerCanProtect === false ? null : problem;
  return (
    <div className="screen rules">
      <RulesHead
        title={t('protection.title')}
        text={t('protection.text')}
        registry={registry ?? ''}
        onChoose={(registry) => void navigate({ to: '/protection', search: { registry } })}
      />
      {told && <ProblemNotice problem={told} retry={renew} />}
      {shown && <ReadOnly registry={shown} onChanged={renew} />}
      {shown && (
        <ProtectionEditor key={shown.id} registry={shown} preview={data?.protectionPreview ?? null} onSaved={renew} />
      )}
      {shown === null && problem === null && <p className="muted">{t('loading')}</p>}
    </div>
  );
}
