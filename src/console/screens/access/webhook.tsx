import { useState, type ReactNode } from 'react';
import { useChange } from '../../data/change.js';
import { testWebhook, updateWebhook, type TestWebhookMutation, type WebhooksQuery } from '../../operations/webhooks.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { FactList } from '../../ui/fact.js';
import { Badge, Notice, Time } from '../../ui/parts.js';
import { SecretDialog } from '../../ui/secret.js';
import { DeleteWebhook } from './deletewebhook.js';
import { nameKind } from './webhookkinds.js';

export type WebhookRow = NonNullable<WebhooksQuery['webhooks']>[number];

export interface WebhookCardProps {
  readonly webhook: WebhookRow;
  readonly refusal: string | undefined;
  readonly onChanged: () => void;
}

/** One endpoint: what it is told of, how that goes, and what can be done about it. */
export function WebhookCard({ webhook, refusal, onChanged }: WebhookCardProps): ReactNode {
  const { t } = useLanguage();
  const { id, url, enabled } = webhook;
  const testing = useChange(testWebhook);
  const changing = useChange(updateWebhook);
  const [tested, setTested] = useState<TestWebhookMutation['testWebhook'] | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const [isLeaving, setLeaving] = useState(false);
  const isBusy = testing.isBusy || changing.isBusy;
  const refused = isBusy ? t('webhooks.busy') : refusal;
  const test = async (): Promise<void> => {
    setTested(null);
    setTested((await testing.run({ id }))?.testWebhook ?? null);
    onChanged();
  };
  const change = async (input: { readonly enabled?: boolean; readonly rotateSecret?: boolean }): Promise<void> => {
    const data = await changing.run({ id, ...input });
    setSecret(data?.updateWebhook.secret ?? null);
    onChanged();
  };
  const wrong = testing.refusal ?? changing.refusal;
  return (
    <article className="webhook" aria-label={url}>
      <h2>
        <bdi>{url}</bdi> <State webhook={webhook} />
      </h2>
      <Facts webhook={webhook} />
      {wrong && <Notice tone="bad">{wrong.message}</Notice>}
      {tested && <Tested tested={tested} />}
      <div className="webhook-actions">
        <Action icon="check" refusal={refused} onAct={() => void test()}>
          {t(testing.isBusy ? 'webhooks.busy' : 'webhooks.test')}
        </Action>
        <Action icon="activity" refusal={refused} onAct={() => void change({ enabled: !enabled })}>
          {t(enabled ? 'webhooks.disable' : 'webhooks.enable')}
        </Action>
        <Action icon="refresh" refusal={refused} onAct={() => void change({ rotateSecret: true })}>
          {t('webhooks.rotate')}
        </Action>
        <Action icon="trash" refusal={refused} onAct={() => setLeaving(true)}>
          {t('webhooks.delete')}
        </Action>
      </div>
      {secret !== null && (
        <SecretDialog
          title={t('webhooks.rotate')}
          text={secret}
          label={t('webhooks.rotated')}
          onClose={() => setSecret(null)}
        />
      )}
      {isLeaving && <DeleteWebhook webhook={webhook} onClose={() => setLeaving(false)} onDone={onChanged} />}
    </article>
  );
}

function State({ webhook: { disabledReason, delivery } }: { webhook: WebhookRow }): ReactNode {
  const { t } = useLanguage();
  if (disabledReason !== null) return <Badge tone="bad">{t(`webhooks.off.${disabledReason}`)}</Badge>;
  if (delivery.failingSince !== null) return <Badge tone="warn">{t('webhooks.failing')}</Badge>;
  return <Badge tone="good">{t('webhooks.on')}</Badge>;
}

function Tested({
  tested: { delivered, status, ms, failure },
}: {
  tested: TestWebhookMutation['testWebhook'];
}): ReactNode {
  const { t } = useLanguage();
  const values = { ms: ms ?? 0, status: status ?? '' };
  return (
    <p role="status" className="webhook-tested">
      <Badge tone={delivered ? 'good' : 'bad'}>{t(delivered ? 'webhooks.taken' : 'webhooks.notTaken')}</Badge>{' '}
      {typeof status === 'number' ? t('webhooks.answered', values) : null}{' '}
      {failure && <span>{t(`webhooks.failure.${failure}`)}</span>}
    </p>
  );
}

function Facts({ webhook: { kinds, registries, repository, owner, delivery } }: { webhook: WebhookRow }): ReactNode {
  const { t, formats } = useLanguage();
  const { lastDeliveredAt, lastStatus, lastFailure, failingSince, nextAttemptAt, pendingCount } = delivery;
  const all = t('webhooks.all');
  const rows: readonly (readonly [label: string, value: ReactNode])[] = [
    [t('webhooks.kinds'), kinds ? formats.list(kinds.map((kind) => nameKind(t, kind))) : all],
    [t('webhooks.registries'), registries ? <bdi key="r">{formats.list(registries)}</bdi> : all],
    [t('webhooks.repository'), repository === null ? all : <bdi key="p">{repository}</bdi>],
    ...(owner === null ? [] : [[t('webhooks.owner'), <bdi key="o">{owner}</bdi>] as const]),
    [t('webhooks.last'), lastDeliveredAt === null ? t('access.never') : <Time key="l" at={lastDeliveredAt} />],
    [t('webhooks.pending'), formats.count(pendingCount)],
    ...(lastFailure === null
      ? []
      : [[t('webhooks.why'), `${t(`webhooks.failure.${lastFailure}`)} ${lastStatus ?? ''}`] as const]),
    ...(failingSince === null ? [] : [[t('webhooks.since'), <Time key="s" at={failingSince} />] as const]),
    ...(nextAttemptAt === null ? [] : [[t('webhooks.next'), <Time key="n" at={nextAttemptAt} />] as const]),
  ];
  return <FactList className="webhook-facts" rows={rows} />;
}
