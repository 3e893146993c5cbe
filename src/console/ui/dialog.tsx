import { useEffect, useId, useRef, type ReactNode, type RefObject } from 'react';
import { useLanguage } from '../text/context.js';
import { Icon } from './icon.js';
import { scrollArea } from './scroll.js';

export interface DialogProps {
  readonly title: string;
  readonly subtitle?: ReactNode;
  /** null: it cannot be closed. */
  readonly onClose: (() => void) | null;
  readonly children: ReactNode;
  /** Stands above what scrolls. */
  readonly fixed?: ReactNode;
  readonly footer?: ReactNode;
  /** `side`: a panel at the end of the page; `sheet` on narrow screens either way. */
  readonly form?: 'centre' | 'side';
  /** Buttons beside the title. */
  readonly actions?: ReactNode;
}

/** Opens a dialog over the page, which is inert until it goes; then the focus is where it was. */
export function useModal(dialog: RefObject<HTMLDialogElement | null>): void {
  useEffect(() => {
    const element = dialog.current!;
    const before = document.activeElement;
    element.showModal();
    return () => {
      element.close();
      // The element that had it may be gone, as a list whose last row was deleted: the page itself is next to it then.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      else scrollArea()?.focus();
    };
  }, [dialog]);
}

/** A part that scrolls is reached by keys, so that it can be read to its end. */
function useReachable(part: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = part.current!;
    if (element.scrollHeight > element.clientHeight) element.setAttribute('tabindex', '0');
    else element.removeAttribute('tabindex');
  });
}

/**
 * The browser's own modal dialog: it keeps the focus, makes the page behind inert, closes by Escape, and gives the
 * focus back to where it was.
 */
export function Dialog(props: DialogProps): ReactNode {
  const { title, subtitle, onClose, children, fixed, footer, form = 'centre', actions } = props;
  const { t } = useLanguage();
  const dialog = useRef<HTMLDialogElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const heading = useId();
  useModal(dialog);
  useReachable(body);
  return (
    // Escape closes it too: a click beside it is one more way.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      className={`dialog dialog-${form}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClose={() => {
        // A browser lets nobody be held: it closes by itself what Escape is pressed on again.
        if (dialog.current === null || dialog.current.open) return;
        if (onClose === null) dialog.current.showModal();
        else onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose?.();
      }}
    >
      <div className="dialog-frame">
        <header className="dialog-head">
          <div>
            <h2 id={heading}>
              <bdi>{title}</bdi>
            </h2>
            {subtitle !== undefined && <p className="muted">{subtitle}</p>}
          </div>
          <div className="dialog-actions">
            {actions}
            {onClose && (
              <button type="button" className="icon-button" onClick={onClose} aria-label={t('close')}>
                <Icon name="close" />
              </button>
            )}
          </div>
        </header>
        {fixed && <div className="dialog-fixed">{fixed}</div>}
        <div ref={body} className="dialog-body">
          {children}
        </div>
        {footer !== undefined && <footer className="dialog-foot">{footer}</footer>}
      </div>
    </dialog>
  );
}
