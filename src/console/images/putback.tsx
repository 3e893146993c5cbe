import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useChange } from '../data/change.js';
import { putBack } from '../operations/image.js';
import { shortDigest } from '../pure/name.js';
import { printTag, type TagName } from '../pure/reference.js';
import { useLanguage } from '../text/context.js';
import { Action } from '../ui/action.js';
import { Dialog } from '../ui/dialog.js';
import { Fact } from '../ui/fact.js';
import { Notice } from '../ui/parts.js';
import { useToast } from '../ui/toast.js';

export interface PutBackProps {
  readonly tag: TagName;
  /** The digest that the tag points to, as it is shown: where it has moved since, nothing is done. */
  readonly from: string;
  /** The digest that it pointed to before. */
  readonly to: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Says what a tag points to, and what it would; and puts it back. */
export function PutBack({ tag, from, to, onClose, onDone }: PutBackProps): ReactNode {
  const { t } = useLanguage();
  const tell = useToast();
  const { isBusy, refusal, run } = useChange(putBack);
  const act = async (): Promise<void> => {
    if (isBusy) return;
    const { registry, repository, tag: name } = tag;
    const data = await run({ registry, repository, tag: name, digest: to, expectedDigest: from });
    onDone();
    if (data === null) return;
    tell(t('history.isBack', { tag: name, digest: shortDigest(to) }));
    onClose();
  };
  return (
    <Dialog
      title={t('history.putBackTitle', { tag: tag.tag })}
      subtitle={t('history.putBackText')}
      onClose={isBusy ? null : onClose}
      footer={
        <>
          <button type="button" className="button" onClick={onClose} disabled={isBusy}>
            {t('cancel')}
          </button>
          <Action tone="primary" icon="undo" refusal={isBusy ? t('history.busy') : undefined} onAct={() => void act()}>
            {t('history.putBack')}
          </Action>
        </>
      }
    >
      {refusal && <Notice tone="bad">{refusal.message}</Notice>}
      <dl className="facts">
        <Fact name={t('history.from')}>
          <code title={from}>{shortDigest(from)}</code>
        </Fact>
        <Fact name={t('history.to')}>
          <code title={to}>{shortDigest(to)}</code>
        </Fact>
      </dl>
      <p>
        <Link
          to="/compare"
          search={{ a: printTag(tag), b: `${tag.registry}/${tag.repository}@${to}` }}
          className="link"
          target="_blank"
          rel="noopener noreferrer"
        >
          {t('history.difference')}
        </Link>
      </p>
    </Dialog>
  );
}
