import { useState, type ReactNode } from 'react';
import { useChange } from '../../data/change.js';
import { refreshRegistry, type RegistryDetailsFragment } from '../../operations/registry.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { useToast } from '../../ui/toast.js';
import { Detach } from './detach.js';
import { Edit } from './edit.js';
import { NotificationsDialog } from './notifications.js';
import { TestDialog, useRegistryTest } from './teststeps.js';

export interface RegistryActionsProps {
  readonly registry: RegistryDetailsFragment;
  readonly onChanged: () => void;
}

/** The actions on a registry; one that its viewer may not take says why. */
export function RegistryActions({ registry, onChanged }: RegistryActionsProps): ReactNode {
  const { t } = useLanguage();
  const tell = useToast();
  const { isBusy, run } = useChange(refreshRegistry);
  const [open, setOpen] = useState<'test' | 'edit' | 'notify' | 'detach' | null>(null);
  const refresh = async (): Promise<void> => {
    if (isBusy) return;
    const data = await run({ id: registry.id });
    tell(t(data === null ? 'registry.refreshFailed' : 'registry.refreshing', { name: registry.name }));
    onChanged();
  };
  const testing = useRegistryTest(registry.id);
  const test = (): void => {
    setOpen('test');
    testing.begin();
  };
  const close = (): void => setOpen(null);
  const leave = (): void => {
    close();
    onChanged();
  };
  const refusal = (may: boolean): string | undefined => (may ? undefined : t('registry.refused'));
  return (
    <div className="registry-actions">
      <Action icon="refresh" refusal={refusal(registry.viewerCanRefresh)} onAct={() => void refresh()}>
        {t('registry.refresh')}
      </Action>
      <Action icon="check" refusal={refusal(registry.viewerCanUpdate)} onAct={test}>
        {t('registry.test')}
      </Action>
      <Action icon="settings" refusal={refusal(registry.viewerCanUpdate)} onAct={() => setOpen('edit')}>
        {t('registry.edit')}
      </Action>
      <Action icon="activity" refusal={refusal(registry.viewerCanUpdate)} onAct={() => setOpen('notify')}>
        {t('notify.title')}
      </Action>
      <Action icon="trash" refusal={refusal(registry.viewerCanDetach)} onAct={() => setOpen('detach')}>
        {t('registry.detach')}
      </Action>
      {open === 'test' && <TestDialog {...testing} name={registry.name} onClose={close} />}
      {open === 'edit' && <Edit registry={registry} onClose={close} onChanged={onChanged} />}
      {open === 'notify' && <NotificationsDialog registry={registry} onClose={leave} />}
      {open === 'detach' && <Detach registry={registry} onClose={close} />}
    </div>
  );
}
