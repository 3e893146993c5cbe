import { useState, type ReactNode } from 'react';
import { readLink } from '../pure/link.js';
import { useLanguage } from '../text/context.js';

/** A text of any length, of which the beginning is shown until somebody wants all of it. Characters. */
export function LongText({ text, most = 600 }: { text: string; most?: number }): ReactNode {
  const { t } = useLanguage();
  const [isWhole, setWhole] = useState(false);
  const isCut = text.length > most && !isWhole;
  return (
    <>
      <bdi className="long">{isCut ? `${text.slice(0, most)}…` : text}</bdi>
      {isCut && (
        <button type="button" className="link-button" onClick={() => setWhole(true)}>
          {t('long.whole', { n: text.length })}
        </button>
      )}
    </>
  );
}

/** A text that somebody else wrote: where it is an address of the web, it leads there, and says to which host. */
export function ForeignText({ text }: { text: string }): ReactNode {
  const link = readLink(text);
  if (link === null) return <LongText text={text} />;
  return (
    <>
      <a className="link" href={link.href} target="_blank" rel="noopener noreferrer">
        <bdi className="long">{text}</bdi>
      </a>{' '}
      <small className="muted">
        <bdi>{link.host}</bdi>
      </small>
    </>
  );
}

export interface BoundedProps<Item> {
  readonly items: readonly Item[];
  /** So many are shown until somebody wants all of them. */
  readonly most: number;
  readonly children: (shown: readonly Item[]) => ReactNode;
}

/** A list of any length, of which the beginning is shown until somebody wants all of it. */
export function Bounded<Item>({ items, most, children }: BoundedProps<Item>): ReactNode {
  const { t } = useLanguage();
  const [isWhole, setWhole] = useState(false);
  const isCut = items.length > most && !isWhole;
  return (
    <>
      {children(isCut ? items.slice(0, most) : items)}
      {isCut && (
        <p>
          <button type="button" className="button button-small" onClick={() => setWhole(true)}>
            {t('long.all', { n: items.length })}
          </button>
        </p>
      )}
    </>
  );
}
