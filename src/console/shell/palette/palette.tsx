import { useRouter } from '@tanstack/react-router';
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useLanguage } from '../../text/context.js';
import { useModal } from '../../ui/dialog.js';
import type { Place } from '../found/found.js';
import { useActions } from './actions.js';
import { PaletteField } from './field.js';
import { useFound } from './found.js';
import { PaletteFoot } from './foot.js';
import { listOptions, PaletteOptions, type Option } from './options.js';
import './palette.css';

/** Looks for anything in every registry, and does what can be done from anywhere (WAI-ARIA APG, "Combobox"). */
export function Palette({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useLanguage();
  const router = useRouter();
  const dialog = useRef<HTMLDialogElement>(null);
  useModal(dialog);
  const id = useId();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const found = useFound(text);
  const options = listOptions(found.result, useActions(text));
  const here = Math.min(active, options.length - 1);
  const go = (place: Place): void => {
    onClose();
    void router.navigate(place as Parameters<typeof router.navigate>[0]);
  };
  const open = (option: Option | undefined): void => {
    if (option === undefined) return;
    if (option.kind === 'found') {
      if (option.place) go(option.place);
      return;
    }
    onClose();
    option.action.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = event.nativeEvent.isComposing ? null : readMove(event.key, here, options.length);
    if (to === 'open') open(options[here]);
    else if (to !== null) setActive(to);
    if (to !== null) event.preventDefault();
  };
  return (
    // Escape closes it too: a click beside it is one more way.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      className="dialog palette"
      aria-label={t('search.title')}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="palette-frame">
        <PaletteField
          listId={`${id}-list`}
          activeId={here >= 0 ? `${id}-${here}` : undefined}
          text={text}
          onKeyDown={onKeyDown}
          onType={(typed) => {
            setText(typed);
            setActive(0);
          }}
        />
        <PaletteOptions id={id} options={options} active={here} onOpen={open} onPoint={setActive} />
        <PaletteFoot found={found} onAll={() => go({ to: '/search', search: { q: text.trim() } })} />
      </div>
    </dialog>
  );
}

/** Where an arrow leads, around the ends too; null: the key is the field's. */
function readMove(key: string, here: number, count: number): number | 'open' | null {
  if (key === 'Enter') return 'open';
  if (key === 'ArrowDown') return here >= count - 1 ? 0 : here + 1;
  if (key === 'ArrowUp') return here <= 0 ? count - 1 : here - 1;
  return null;
}
