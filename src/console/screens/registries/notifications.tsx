import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useChange } from '../../data/change.js';
import { useChanges } from '../../data/live.js';
import { useOperation } from '../../data/query.js';
import { useRenewing } from '../../data/renewing.js';
import { notificationSetup, setNotificationSecret } from '../../operations/notifications.js';
import { createSecret, guessNotifier } from '../../pure/notifier.js';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';
import { Badge, Notice, ProblemNotice, Time } from '../../ui/parts.js';
import { SetupText } from './setuptext.js';

export interface NotifyingRegistry {
  readonly id: string;
  readonly name: string;
  readonly addr: string;
}

/** Milliseconds after which it is asked again whether one came: not every notification leads to a change. */
const patience = 5000;

/** How a registry is told where its notifications go, and whether one has come. */
function Notifications({ registry: { id, name, addr } }: { registry: NotifyingRegistry }): ReactNode {
  const { t } = useLanguage();
  const [kind, setKind] = useState(() => guessNotifier(addr));
  const [address, setAddress] = useState<string | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const { data, problem, renew } = useOperation(notificationSetup, { id, kind, address });
  const { isBusy, refusal, run } = useChange(setNotificationSecret);
  const known = data?.registry ?? null;
  const setup = known?.notificationSetup ?? null;
  const isSet = known?.capabilities.notifications === true;
  useChanges(({ registryName }) => registryName === name, renew);
  useRenewing(isSet && known.lastEventAt === null, patience, renew);
  // Where nobody has set how the gateway is reached, it is by the way that this page came.
  const isUnknown = setup !== null && setup.url === null && address === null;
  if (isUnknown) setAddress(document.baseURI);
  const make = async (): Promise<void> => {
    const made = createSecret();
    if ((await run({ id, eventsSecret: made })) === null) return;
    setSecret(made);
    renew();
  };
  if (known === null)
    return problem ? <ProblemNotice problem={problem} retry={renew} /> : <p className="muted">{t('loading')}</p>;
  return (
    <div className="notify">
      {refusal && <Notice tone="bad">{refusal.message}</Notice>}
      <div className="notify-secret">
        <p role="status">{t(secret !== null ? 'notify.made' : isSet ? 'notify.kept' : 'notify.why')}</p>
        <button
          type="button"
          className={isSet ? 'button' : 'button button-primary'}
          disabled={isBusy}
          onClick={() => void make()}
        >
          {t(isBusy ? 'registry.testing' : isSet ? 'notify.again' : 'notify.make')}
        </button>
      </div>
      {isSet && <Arrival at={known.lastEventAt} />}
      <SetupText
        kind={kind}
        onKind={setKind}
        setup={setup}
        secret={secret}
        address={address}
        onAddress={setAddress}
        error={setup === null ? problem?.message : undefined}
      />
    </div>
  );
}

function Arrival({ at }: { at: string | null }): ReactNode {
  const { t } = useLanguage();
  return (
    <p role="status" className="notify-state">
      <Badge tone={at === null ? 'info' : 'good'}>{t(at === null ? 'notify.waiting' : 'notify.received')}</Badge>{' '}
      {at !== null && <Time at={at} />}
    </p>
  );
}

/** The last step of attaching a registry. Nothing is lost where it is skipped: its page has the same. */
export function NotifyStep({ registry }: { registry: NotifyingRegistry }): ReactNode {
  const { t } = useLanguage();
  return (
    <>
      <Notifications registry={registry} />
      <div className="registry-actions">
        <Link to="/registries/$registry" params={{ registry: registry.name }} className="button">
          {t('attach.leave', { name: registry.name })}
        </Link>
      </div>
    </>
  );
}

export function NotificationsDialog({
  registry,
  onClose,
}: {
  registry: NotifyingRegistry;
  onClose: () => void;
}): ReactNode {
  const { t } = useLanguage();
  const footer = (
    <button type="button" className="button" onClick={onClose}>
      {t('close')}
    </button>
  );
  return (
    <Dialog title={t('notify.titleOf', { name: registry.name })} onClose={onClose} footer={footer} form="side">
      <Notifications registry={registry} />
    </Dialog>
  );
}
