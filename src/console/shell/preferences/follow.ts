import { useEffect, useRef } from 'react';
import { useGateway } from '../../data/context.js';
import { useKept } from '../../kept/kept.js';
import type { ShellQuery } from '../../operations/shell.js';
import { useToast } from '../../ui/toast.js';
import type { PreferenceSync } from './sync.js';

/** Has the choices of whoever looks follow their account. Where it has none, they stay in this browser. */
export function useAccountPreferences(viewer: ShellQuery['viewer'] | undefined): void {
  const gateway = useGateway();
  const kept = useKept();
  const tell = useToast();
  const sync = useRef<Promise<PreferenceSync> | null>(null);
  const end = useRef<() => void>(undefined);
  useEffect(() => {
    if (!viewer?.preferences) return;
    const { username, preferences } = viewer;
    sync.current ??= import('./sync.js').then(({ PreferenceSync: Sync }) => {
      const made = new Sync({ gateway, kept, tell });
      end.current = made.start();
      return made;
    });
    // Without the file nothing is lost: the browser keeps what is chosen.
    sync.current.then((made) => made.receive(username, preferences)).catch(() => undefined);
  }, [viewer, gateway, kept, tell]);
  useEffect(() => () => end.current?.(), []);
}
