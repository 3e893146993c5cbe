import { Link } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { printTag, type TagName } from '../pure/reference.js';
import { useLanguage } from '../text/context.js';
import { Dialog } from '../ui/dialog.js';
import { Icon } from '../ui/icon.js';
import type { ImageView } from './view.js';
import { TagContent, useTag } from './tag.js';

export interface TagPanelProps {
  readonly name: TagName;
  /** The tags beside it in the list that it was opened from; undefined: none is there, or not yet. */
  readonly previous: string | undefined;
  readonly next: string | undefined;
  readonly onGo: (tag: string) => void;
  readonly onClose: () => void;
}

/** A tag beside the list that it is in. What of it is looked at stays on the way to the next one. */
export function TagPanel({ name, previous, next, onGo, onClose }: TagPanelProps): ReactNode {
  const { t } = useLanguage();
  const [view, setView] = useState<ImageView>({});
  const shown = useTag(name);
  const go = (tag: string | undefined): void => {
    if (tag !== undefined) onGo(tag);
  };
  useStepKeys(previous, next, go);
  return (
    <Dialog
      form="side"
      title={shown.name.tag}
      subtitle={<bdi>{`${name.registry} / ${name.repository}`}</bdi>}
      onClose={onClose}
      actions={
        <>
          <Step label={t('tag.previous')} keys="k" tag={previous} onGo={go} icon="up" />
          <Step label={t('tag.next')} keys="j" tag={next} onGo={go} icon="down" />
        </>
      }
      footer={<TagActions name={shown.name} />}
    >
      <TagContent shown={shown} view={view} onView={setView} />
    </Dialog>
  );
}

/** j and k lead on, wherever the focus is: what had it may have gone with the tag before. */
function useStepKeys(previous: string | undefined, next: string | undefined, go: (tag: string | undefined) => void) {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const isTyping =
        event.target instanceof Element && event.target.closest('input[type=text]:not([readonly]), select, textarea');
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'j') go(next);
      else if (event.key === 'k') go(previous);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  });
}

interface StepProps {
  readonly label: string;
  readonly keys: string;
  readonly tag: string | undefined;
  readonly onGo: (tag: string | undefined) => void;
  readonly icon: 'up' | 'down';
}

function Step({ label, keys, tag, onGo, icon }: StepProps): ReactNode {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      aria-keyshortcuts={keys}
      aria-disabled={tag === undefined}
      title={`${label} (${keys})`}
      onClick={() => onGo(tag)}
    >
      <Icon name={icon} />
    </button>
  );
}

/** Ways that lead on from a tag. */
function TagActions({ name }: { name: TagName }): ReactNode {
  const { t } = useLanguage();
  return (
    <>
      <Link
        to="/t/$registry/$"
        params={{ registry: name.registry, _splat: `${name.repository}:${name.tag}` }}
        className="button"
      >
        {t('tag.page')}
      </Link>
      <Link to="/compare" search={{ a: printTag(name) }} className="button">
        <Icon name="compare" />
        {t('tag.compare')}
      </Link>
    </>
  );
}
