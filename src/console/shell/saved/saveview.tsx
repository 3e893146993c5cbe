import { useRouterState } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactNode } from 'react';
import { mostName, mostViews } from '../../pure/views.js';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';
import { Field } from '../../ui/fields.js';
import { Icon } from '../../ui/icon.js';
import { useToast } from '../../ui/toast.js';
import { useSavedViews } from './store.js';

/** Keeps the screen with its filters under a name, in the bar. */
export function SaveView(): ReactNode {
  const { t } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        <Icon name="pin" />
        {t('views.save')}
      </button>
      {isOpen && <SaveViewDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function SaveViewDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useLanguage();
  const toast = useToast();
  const path = useHere();
  const { views, isFull, add } = useSavedViews();
  const known = views.find((view) => view.path === path);
  const error = isFull && known === undefined ? t('views.full', { n: mostViews }) : undefined;
  const save = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget).get('name');
    const name = typeof entered === 'string' ? entered.trim() : '';
    if (name === '' || error !== undefined) return;
    add({ name, path });
    toast(t('views.saved', { name }));
    onClose();
  };
  return (
    <Dialog title={t('views.saveTitle')} subtitle={t('views.saveText')} onClose={onClose}>
      <form className="saveview" onSubmit={save}>
        <Field label={t('views.name')} error={error}>
          {({ id, describedBy, isInvalid }) => (
            <input
              id={id}
              name="name"
              required
              maxLength={mostName}
              defaultValue={known?.name}
              autoComplete="off"
              aria-describedby={describedBy}
              aria-invalid={isInvalid}
            />
          )}
        </Field>
        <button type="submit" className="button button-primary">
          {t('views.save')}
        </button>
      </form>
    </Dialog>
  );
}

/** Where the browser is, below the console's own address. */
function useHere(): string {
  return useRouterState({ select: ({ location }) => `${location.pathname}${location.searchStr}` });
}

/** Pins the screen under a name that is known, as a repository's; pressed again, no longer. */
export function Pin({ name }: { name: string }): ReactNode {
  const { t } = useLanguage();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const { views, isFull, add, remove } = useSavedViews();
  const isPinned = views.some((view) => view.path === path);
  const text = t(isPinned ? 'views.unpin' : 'views.pin');
  return (
    <button
      type="button"
      className={`icon-button${isPinned ? ' is-pinned' : ''}`}
      aria-pressed={isPinned}
      aria-label={t('views.pin')}
      title={isFull && !isPinned ? t('views.full', { n: mostViews }) : text}
      aria-disabled={isFull && !isPinned}
      onClick={() => {
        if (isPinned) remove(path);
        else if (!isFull) add({ name, path });
      }}
    >
      <Icon name="pin" />
    </button>
  );
}
