import type { FormEvent, ReactNode } from 'react';
import { readForm, refusalOf, useChange } from '../../data/change.js';
import { createTeam } from '../../operations/access.js';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';
import { Entry } from '../../ui/entries.js';
import { Field } from '../../ui/fields.js';
import { Notice } from '../../ui/parts.js';

export interface NewTeamProps {
  readonly onClose: () => void;
  /** The name of the team that was made. */
  readonly onDone: (name: string) => void;
}

/** Makes a team without members. */
export function NewTeam({ onClose, onDone }: NewTeamProps): ReactNode {
  const { t } = useLanguage();
  const { isBusy, refusal, run } = useChange(createTeam);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const textOf = readForm(event.currentTarget);
    const name = textOf('name');
    if ((await run({ name, description: textOf('description') })) === null) return;
    onClose();
    onDone(name);
  };
  const wrongName = refusalOf(refusal, 'name');
  return (
    <Dialog title={t('access.newTeamTitle')} onClose={onClose}>
      <form className="access-form" onSubmit={(event) => void submit(event)}>
        {refusal && !wrongName && <Notice tone="bad">{refusal.message}</Notice>}
        <Entry
          label={t('access.teamName')}
          name="name"
          hint={t('access.teamNameHint')}
          error={wrongName}
          most={100}
          isRequired
        />
        <Field label={t('access.purpose')}>{({ id }) => <input id={id} name="description" maxLength={200} />}</Field>
        <button type="submit" className="button button-primary" disabled={isBusy}>
          {t('access.create')}
        </button>
      </form>
    </Dialog>
  );
}
