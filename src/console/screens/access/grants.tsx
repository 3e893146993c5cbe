import type { FormEvent, ReactNode } from 'react';
import { readForm, refusalOf, useChange } from '../../data/change.js';
import { grantAccess, revokeGrant, type AccountRowFragment, type Right } from '../../operations/access.js';
import { useShell } from '../../shell/context.js';
import { useLanguage } from '../../text/context.js';
import { Field } from '../../ui/fields.js';
import { Icon } from '../../ui/icon.js';
import { Badge, Notice } from '../../ui/parts.js';

type OneGrant = AccountRowFragment['grants'][number];

/** An account or a team, by its name. */
export type GrantHolder = { readonly account: string } | { readonly team: string };

export interface GrantsProps {
  readonly grants: readonly OneGrant[];
  readonly holder: GrantHolder;
  readonly onDone: () => void;
}

const rights = ['READ', 'DELETE', 'RETAIN'] as const;

/** The grants of an account or a team; each can be taken back. */
export function Grants({ grants, holder, onDone }: GrantsProps): ReactNode {
  const { t } = useLanguage();
  const { isBusy, refusal, run } = useChange(revokeGrant);
  const revoke = async (id: string): Promise<void> => {
    if ((await run({ id })) !== null) onDone();
  };
  return (
    <>
      {refusal && <Notice tone="bad">{refusal.message}</Notice>}
      {grants.length === 0 && <p className="muted">{t('access.noGrants')}</p>}
      <ul className="access-grants">
        {grants.map((grant) => {
          const name = `${grant.registry?.name ?? t('access.allRegistries')} / ${grant.repositories}`;
          return (
            <li key={grant.id}>
              <bdi>{name}</bdi>
              <Badge>{t(`access.right.${grant.right}`)}</Badge>
              <button
                type="button"
                className="icon-button"
                disabled={isBusy}
                onClick={() => void revoke(grant.id)}
                title={t('access.revoke')}
                aria-label={t('access.revokeGrant', { grant: name })}
              >
                <Icon name="close" />
              </button>
            </li>
          );
        })}
      </ul>
      <NewGrant holder={holder} onDone={onDone} />
    </>
  );
}

function NewGrant({ holder, onDone }: Omit<GrantsProps, 'grants'>): ReactNode {
  const { t } = useLanguage();
  const { shell } = useShell();
  const { isBusy, refusal, run } = useChange(grantAccess);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const textOf = readForm(form);
    const right = textOf('right') as Right;
    const data = await run({ ...holder, registry: textOf('registry'), repositories: textOf('repositories'), right });
    if (data === null) return;
    form.reset();
    onDone();
  };
  const wrongPattern = refusalOf(refusal, 'repositories');
  return (
    <form className="access-form" aria-label={t('access.grantTo')} onSubmit={(event) => void submit(event)}>
      {refusal && !wrongPattern && <Notice tone="bad">{refusal.message}</Notice>}
      <Field label={t('access.registry')}>
        {({ id }) => (
          <select id={id} name="registry">
            <option value="*">{t('access.allRegistries')}</option>
            {shell?.registries?.map(({ id: key, name }) => (
              <option key={key} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t('access.repositories')} hint={t('access.repositoriesHint')} error={wrongPattern}>
        {({ id, describedBy, isInvalid }) => (
          <input
            id={id}
            name="repositories"
            required
            maxLength={255}
            defaultValue="*"
            aria-describedby={describedBy}
            aria-invalid={isInvalid}
          />
        )}
      </Field>
      <Field label={t('access.right')}>
        {({ id }) => (
          <select id={id} name="right">
            {rights.map((right) => (
              <option key={right} value={right}>
                {t(`access.right.${right}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <button type="submit" className="button" disabled={isBusy}>
        {t('access.give')}
      </button>
    </form>
  );
}
