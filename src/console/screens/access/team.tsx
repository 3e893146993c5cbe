import { useState, type FormEvent, type ReactNode } from 'react';
import { readForm, useChange } from '../../data/change.js';
import { deleteTeam, updateTeam, type TeamRowFragment } from '../../operations/access.js';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';
import { Entry } from '../../ui/entries.js';
import { Field } from '../../ui/fields.js';
import { Icon } from '../../ui/icon.js';
import { Bounded } from '../../ui/long.js';
import { Notice } from '../../ui/parts.js';
import { useToast } from '../../ui/toast.js';
import { Grants } from './grants.js';

export interface TeamDialogProps {
  readonly team: TeamRowFragment;
  readonly onClose: () => void;
  /** Something was changed. */
  readonly onDone: () => void;
}

/** One team: its purpose, its members and grants, and its end. Its name never changes. */
export function TeamDialog({ team, onClose, onDone }: TeamDialogProps): ReactNode {
  const { t } = useLanguage();
  return (
    <Dialog title={team.name} subtitle={t('access.team')} onClose={onClose} form="side">
      <Purpose team={team} onDone={onDone} />
      <section className="access-form">
        <h3>{t('access.membersOf')}</h3>
        <Members team={team} onDone={onDone} />
      </section>
      <section className="access-form">
        <h3>{t('access.grants')}</h3>
        <Grants grants={team.grants} holder={{ team: team.name }} onDone={onDone} />
      </section>
      <Ending team={team} onClose={onClose} onDone={onDone} />
    </Dialog>
  );
}

type PartProps = Omit<TeamDialogProps, 'onClose'>;

function Purpose({ team, onDone }: PartProps): ReactNode {
  const { t } = useLanguage();
  const tell = useToast();
  const { isBusy, refusal, run } = useChange(updateTeam);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    if ((await run({ name: team.name, description: readForm(event.currentTarget)('description') })) === null) return;
    tell(t('access.saved'));
    onDone();
  };
  return (
    <form className="access-form" onSubmit={(event) => void submit(event)}>
      <Field label={t('access.purpose')} error={refusal?.message}>
        {({ id, describedBy, isInvalid }) => (
          <input
            id={id}
            name="description"
            maxLength={200}
            defaultValue={team.description}
            aria-describedby={describedBy}
            aria-invalid={isInvalid}
          />
        )}
      </Field>
      <button type="submit" className="button" disabled={isBusy}>
        {t('registry.save')}
      </button>
    </form>
  );
}

function Members({ team, onDone }: PartProps): ReactNode {
  const { t } = useLanguage();
  const { isBusy, refusal, run } = useChange(updateTeam);
  const remove = async (member: string): Promise<void> => {
    if ((await run({ name: team.name, removeMembers: [member] })) !== null) onDone();
  };
  return (
    <>
      {refusal && <Notice tone="bad">{refusal.message}</Notice>}
      {team.members.length === 0 && <p className="muted">{t('access.noMembers')}</p>}
      <Bounded items={team.members} most={50}>
        {(shown) => (
          <ul className="access-grants">
            {shown.map((member) => (
              <li key={member}>
                <bdi>{member}</bdi>
                <button
                  type="button"
                  className="icon-button"
                  disabled={isBusy}
                  onClick={() => void remove(member)}
                  title={t('access.removeMember')}
                  aria-label={t('access.removeOne', { name: member })}
                >
                  <Icon name="close" />
                </button>
              </li>
            ))}
          </ul>
        )}
      </Bounded>
      <NewMember team={team} onDone={onDone} />
    </>
  );
}

function NewMember({ team, onDone }: PartProps): ReactNode {
  const { t } = useLanguage();
  const { isBusy, refusal, run } = useChange(updateTeam);
  const add = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    if ((await run({ name: team.name, addMembers: [readForm(form)('member')] })) === null) return;
    form.reset();
    onDone();
  };
  return (
    <form className="access-form" onSubmit={(event) => void add(event)}>
      <Entry label={t('access.addMember')} name="member" error={refusal?.message} most={100} isRequired />
      <button type="submit" className="button" disabled={isBusy}>
        {t('access.add')}
      </button>
    </form>
  );
}

function Ending({ team, onClose, onDone }: TeamDialogProps): ReactNode {
  const { t } = useLanguage();
  const tell = useToast();
  const { isBusy, refusal, run } = useChange(deleteTeam);
  const [typed, setTyped] = useState('');
  const end = async (): Promise<void> => {
    if ((await run({ name: team.name })) === null) return;
    tell(t('access.teamDeleted', { name: team.name }));
    onDone();
    onClose();
  };
  return (
    <section className="access-form">
      {refusal && <Notice tone="bad">{refusal.message}</Notice>}
      <Field label={t('access.deleteTeam')} hint={t('access.deleteTeamHint', { name: team.name })}>
        {({ id, describedBy }) => (
          <input
            id={id}
            value={typed}
            autoComplete="off"
            aria-describedby={describedBy}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      <button
        type="button"
        className="button button-danger"
        disabled={typed !== team.name || isBusy}
        onClick={() => void end()}
      >
        {t('access.deleteTeam')}
      </button>
    </section>
  );
}
