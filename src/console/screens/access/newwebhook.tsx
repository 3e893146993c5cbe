import { useState, type FormEvent, type ReactNode } from 'react';
import { readForm, refusalOf, useChange } from '../../data/change.js';
import { createWebhook } from '../../operations/webhooks.js';
import { useShell } from '../../shell/context.js';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';
import { Entry } from '../../ui/entries.js';
import { FacetGroup } from '../../ui/facetgroup.js';

import { Notice } from '../../ui/parts.js';
import { SecretDialog } from '../../ui/secret.js';
import { nameKind, webhookKinds } from './webhookkinds.js';

export interface NewWebhookProps {
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Characters of an address, and of a pattern. */
const longest = 2000;

/** Makes a webhook, and shows once by which secret its deliveries are signed. */
export function NewWebhook({ onClose, onDone }: NewWebhookProps): ReactNode {
  const { t } = useLanguage();
  const { shell } = useShell();
  const { isBusy, refusal, run } = useChange(createWebhook);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [among, setAmong] = useState<readonly string[]>([]);
  const [secret, setSecret] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const textOf = readForm(event.currentTarget);
    const data = await run({
      url: textOf('url'),
      kinds: chosen.length === 0 ? null : webhookKinds.filter((kind) => chosen.includes(kind)),
      registries: among.length === 0 ? null : among,
      repository: textOf('repository') || null,
    });
    if (data === null) return;
    onDone();
    setSecret(data.createWebhook.secret);
  };
  if (secret !== null)
    return <SecretDialog title={t('webhooks.newTitle')} text={secret} label={t('webhooks.once')} onClose={onClose} />;
  const wrongUrl = refusalOf(refusal, 'url');
  const wrongPattern = refusalOf(refusal, 'repository');
  return (
    <Dialog title={t('webhooks.newTitle')} onClose={onClose} form="side">
      <form className="access-form" onSubmit={(event) => void submit(event)}>
        {refusal && !wrongUrl && !wrongPattern && <Notice tone="bad">{refusal.message}</Notice>}
        <Entry
          name="url"
          type="url"
          label={t('webhooks.url')}
          hint={t('webhooks.urlHint')}
          error={wrongUrl}
          most={longest}
          isRequired
        />
        <Many title={t('webhooks.kinds')} chosen={chosen} onChange={setChosen}>
          {webhookKinds.map((value) => ({ value, label: nameKind(t, value) }))}
        </Many>
        <Many title={t('webhooks.registries')} chosen={among} onChange={setAmong}>
          {(shell?.registries ?? []).map(({ name }) => ({ value: name, label: name }))}
        </Many>
        <Entry
          name="repository"
          label={t('webhooks.repository')}
          hint={t('webhooks.repositoryHint')}
          error={wrongPattern}
          most={longest}
        />
        <p className="muted">{t('webhooks.allHint')}</p>
        <button type="submit" className="button button-primary" disabled={isBusy}>
          {t('access.create')}
        </button>
      </form>
    </Dialog>
  );
}

interface ManyProps {
  readonly title: string;
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  readonly children: readonly { readonly value: string; readonly label: string }[];
}

function Many({ title, chosen, onChange, children }: ManyProps): ReactNode {
  return (
    <FacetGroup
      title={title}
      isMany
      choices={children.map((choice) => ({ ...choice, isChosen: chosen.includes(choice.value) }))}
      onChoose={(value) =>
        onChange(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value])
      }
    />
  );
}
