import { useState, type ReactNode } from 'react';
import { useOperation } from '../../data/query.js';
import { webhooks } from '../../operations/webhooks.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { Empty, ProblemNotice } from '../../ui/parts.js';
import { NewWebhook } from './newwebhook.js';
import { WebhookCard } from './webhook.js';

/** Endpoints that are told of events: an installation has a hundred at the most, so all are shown. */
export function Webhooks(): ReactNode {
  const { t } = useLanguage();
  const { data, problem, renew } = useOperation(webhooks, {});
  const [isNew, setNew] = useState(false);
  const all = data?.webhooks ?? null;
  const refusal = data?.viewer?.canManageWebhooks === false ? t('webhooks.refused') : undefined;
  return (
    <>
      <div className="toolbar">
        <Action icon="plus" tone="primary" refusal={refusal} onAct={() => setNew(true)}>
          {t('webhooks.new')}
        </Action>
        <Action icon="refresh" onAct={renew}>
          {t('webhooks.renew')}
        </Action>
      </div>
      {problem && <ProblemNotice problem={problem} retry={renew} />}
      {all === null && problem === null && <p className="muted">{t('loading')}</p>}
      {all?.length === 0 && (
        <Empty title={t('webhooks.none')}>
          <p>{t('webhooks.noneText')}</p>
        </Empty>
      )}
      {all !== null && all.length > 0 && (
        <ul className="webhooks" aria-label={t('access.webhooks')}>
          {all.map((webhook) => (
            <li key={webhook.id}>
              <WebhookCard webhook={webhook} refusal={refusal} onChanged={renew} />
            </li>
          ))}
        </ul>
      )}
      {isNew && <NewWebhook onClose={() => setNew(false)} onDone={renew} />}
    </>
  );
}
