import { useEffect, useRef, useState, type ReactNode } from 'react';
import { largestTable, readTable } from '../data/table.js';
import type { Table } from '../pure/table.js';
import { useLanguage } from '../text/context.js';
import { Action } from './action.js';
import { useToast } from './toast.js';

/** Saves the list as a table: all that it is narrowed to, in its order. */
export function SaveTable({ table }: { table: Table }): ReactNode {
  const { t, formats } = useLanguage();
  const tell = useToast();
  const [isReading, setReading] = useState(false);
  const leaving = useRef<AbortController>(null);
  useEffect(() => () => leaving.current?.abort(), []);
  const refusal = 'refusal' in table ? t(table.refusal) : isReading ? t('table.reading') : undefined;
  const save = async (): Promise<void> => {
    if ('refusal' in table) return;
    const controller = (leaving.current = new AbortController());
    setReading(true);
    const read = await readTable(table.path, controller.signal);
    if (controller.signal.aborted) return;
    setReading(false);
    if ('blob' in read) saveFile(read.blob, table.file);
    else if (read.isTooLarge) tell(t('table.tooLarge', { size: formats.bytes(largestTable) }));
    else tell(read.message ?? t('table.failed'));
  };
  return (
    <Action refusal={refusal} onAct={() => void save()}>
      {t('table.save')}
    </Action>
  );
}

/** By a link to what the page holds: the browser asks where to, or puts it where downloads go. */
function saveFile(blob: Blob, file: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = file;
  link.click();
  URL.revokeObjectURL(link.href);
}
