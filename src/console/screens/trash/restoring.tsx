import { useEffect, useRef, useState, type ReactNode } from 'react';
import { readRefusal } from '../../data/change.js';
import type { Gateway } from '../../data/client.js';
import { useGateway } from '../../data/context.js';
import { restoreTag } from '../../operations/trash.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { Dialog } from '../../ui/dialog.js';
import { Badge, type Tone } from '../../ui/parts.js';
import { ProgressBar } from '../../ui/progress.js';
import { readFormerKey } from './key.js';

type RestoredState = 'waiting' | 'asking' | 'back' | 'failed';
interface Restored {
  readonly state: RestoredState;
  readonly message?: string;
}

const tones: Readonly<Record<RestoredState, Tone>> = { waiting: 'quiet', asking: 'info', back: 'good', failed: 'bad' };

export interface RestoringProps {
  /** As `writeFormerKey` writes them. */
  readonly keys: readonly string[];
  readonly onClose: () => void;
}

/** Puts tags back one after another, and says what came of each: one that fails does not hold up the rest. */
export function Restoring({ keys, onClose }: RestoringProps): ReactNode {
  const { t } = useLanguage();
  const { states, isRunning, begin, stop } = useRestoring(keys);
  const done = [...states.values()].filter(({ state }) => state === 'back' || state === 'failed').length;
  const back = [...states.values()].filter(({ state }) => state === 'back').length;
  const isBegun = isRunning || done > 0;
  return (
    <Dialog
      title={t('trash.restoreTitle', { n: keys.length })}
      subtitle={t('trash.restoreText')}
      onClose={isRunning ? null : onClose}
      fixed={
        isBegun && (
          <div className="job-progress">
            <ProgressBar done={done} total={keys.length} label={t('trash.restore')} isBad={done > back} />
            <p role="status">{t('trash.backOf', { n: back, total: keys.length })}</p>
          </div>
        )
      }
      footer={
        isRunning ? (
          <Action icon="close" onAct={stop}>
            {t('job.cancel')}
          </Action>
        ) : (
          <>
            <button type="button" className="button" onClick={onClose}>
              {t(isBegun ? 'close' : 'cancel')}
            </button>
            {!isBegun && (
              <Action tone="primary" icon="undo" onAct={begin}>
                {t('trash.restoreMany', { n: keys.length })}
              </Action>
            )}
          </>
        )
      }
    >
      <ul className="piece-list">
        {keys.map((key) => (
          <RestoredRow key={key} name={key} restored={isBegun ? states.get(key) : undefined} />
        ))}
      </ul>
    </Dialog>
  );
}

function RestoredRow({ name, restored }: { name: string; restored: Restored | undefined }): ReactNode {
  const { t } = useLanguage();
  const { registry, repository, tag } = readFormerKey(name);
  return (
    <li className="piece">
      {restored && <Badge tone={tones[restored.state]}>{t(`trash.is.${restored.state}`)}</Badge>}
      <span className="piece-text">
        <bdi className="name">{tag}</bdi> <bdi className="muted">{`${registry} / ${repository}`}</bdi>
        {restored?.message !== undefined && (
          <span className="piece-message">
            <bdi>{restored.message}</bdi>
          </span>
        )}
      </span>
    </li>
  );
}

interface UsedRestoring {
  readonly states: ReadonlyMap<string, Restored>;
  readonly isRunning: boolean;
  readonly begin: () => void;
  readonly stop: () => void;
}

function useRestoring(keys: readonly string[]): UsedRestoring {
  const gateway = useGateway();
  const [states, setStates] = useState<ReadonlyMap<string, Restored>>(
    () => new Map(keys.map((key) => [key, { state: 'waiting' }])),
  );
  const [isRunning, setRunning] = useState(false);
  const isStopped = useRef(false);
  useEffect(() => () => void (isStopped.current = true), []);
  const begin = async (): Promise<void> => {
    isStopped.current = false;
    setRunning(true);
    const set = (key: string, restored: Restored): void => setStates((before) => new Map(before).set(key, restored));
    for (const key of keys) {
      if (isStopped.current) break;
      set(key, { state: 'asking' });
      set(key, await restore(gateway, key));
    }
    setRunning(false);
  };
  return { states, isRunning, begin: () => void begin(), stop: () => void (isStopped.current = true) };
}

async function restore(gateway: Gateway, key: string): Promise<Restored> {
  const { data, problem } = await gateway.ask(restoreTag, { input: readFormerKey(key) });
  const refusal = readRefusal(data?.restoreTag, problem);
  return refusal === null ? { state: 'back' } : { state: 'failed', message: refusal.message };
}
