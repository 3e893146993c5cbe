import type { FormEvent, ReactNode } from 'react';
import { readForm } from '../../data/change.js';
import type { NotificationSetupQuery, Notifier } from '../../operations/notifications.js';
import { fillSetup, notifierNames, notifiers } from '../../pure/notifier.js';
import { useLanguage } from '../../text/context.js';
import { Copy } from '../../ui/parts.js';
import { Tabs } from '../../ui/tabs.js';
import { Entry } from '../../ui/entries.js';

type NotificationSetup = NonNullable<NonNullable<NotificationSetupQuery['registry']>['notificationSetup']>;

export interface SetupTextProps {
  readonly kind: Notifier;
  readonly onKind: (kind: Notifier) => void;
  /** null: there is none for that address. */
  readonly setup: NotificationSetup | null;
  /** null: none was made here. */
  readonly secret: string | null;
  /** Of the gateway, as it was entered; null: as its settings have it. */
  readonly address: string | null;
  readonly onAddress: (address: string) => void;
  readonly error: string | undefined;
}

/** The text to paste, by the kind of registry, and the address of the gateway in it. */
export function SetupText({ kind, onKind, setup, secret, address, onAddress, error }: SetupTextProps): ReactNode {
  const { t } = useLanguage();
  const use = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onAddress(readForm(event.currentTarget)('address'));
  };
  return (
    <>
      <Tabs
        label={t('notify.kind')}
        tabs={notifiers.map((name) => ({ name, title: notifierNames[name] }))}
        chosen={kind}
        onChoose={onKind}
      >
        {setup?.kind === kind && <Text setup={setup} secret={secret} />}
      </Tabs>
      <form className="notify-address" onSubmit={use}>
        <Entry
          key={addressOf(setup) ?? 'entered'}
          label={t('notify.address')}
          name="address"
          type="url"
          value={address ?? addressOf(setup) ?? undefined}
          hint={t('notify.address.hint')}
          error={error}
          isRequired
        />
        <button type="submit" className="button">
          {t('notify.address.use')}
        </button>
      </form>
    </>
  );
}

/** The gateway's own address is before the path of its events. */
function addressOf(setup: NotificationSetup | null): string | null {
  return setup?.url?.replace(/events\/[^/]+$/, '') ?? null;
}

function Text({ setup, secret }: Pick<SetupTextProps, 'secret'> & { setup: NotificationSetup }): ReactNode {
  const { t } = useLanguage();
  const { text, left } = fillSetup(setup, { SECRET: secret });
  return (
    <>
      <p className="notify-head">
        {t(`notify.${setup.kind}`)} <Copy text={text} label={t('notify.text')} />
      </p>
      {/* A part that scrolls is reached by keys. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className="notify-text" tabIndex={0} role="region" aria-label={t('notify.text')} dir="ltr">
        {text}
      </pre>
      {left.length > 0 && (
        <dl className="notify-blanks">
          {left.map(({ name, text: blank }) => (
            <div key={name}>
              <dt>
                <code>{blank}</code>
              </dt>
              <dd>{t(`notify.blank.${name}`)}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
