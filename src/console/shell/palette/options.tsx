import { useEffect, useRef, type ReactNode } from 'react';
import type { SearchQuery } from '../../operations/search.js';
import { FoundMore, FoundName, foundIcons, placeOf, typeOf, type Found, type Place } from '../found/found.js';
import { useLanguage } from '../../text/context.js';
import type { TextName } from '../../text/texts.js';
import { Icon } from '../../ui/icon.js';
import { Marked } from '../../ui/marked.js';
import type { Action } from './actions.js';

/** A line of the list. */
export type Option =
  | { readonly kind: 'found'; readonly found: Found; readonly place: Place | null; readonly group: TextName }
  | { readonly kind: 'action'; readonly action: Action; readonly group: TextName };

/** The results, by type, the type of the best result first; then what can be done. */
export function listOptions(result: SearchQuery['search'], actions: readonly Action[]): readonly Option[] {
  const found = (result?.edges ?? []).map((edge): Option => ({
    kind: 'found',
    found: edge,
    place: placeOf(edge),
    group: `search.type.${typeOf(edge)}`,
  }));
  const grouped = [...Map.groupBy(found, ({ group }) => group).values()].flat();
  return [...grouped, ...actions.map((action): Option => ({ kind: 'action', action, group: 'search.actions' }))];
}

export interface PaletteOptionsProps {
  readonly id: string;
  readonly options: readonly Option[];
  readonly active: number;
  readonly onOpen: (option: Option) => void;
  readonly onPoint: (index: number) => void;
}

export function PaletteOptions({ id, options, active, onOpen, onPoint }: PaletteOptionsProps): ReactNode {
  const { t } = useLanguage();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [active, options.length]);
  const numbered = options.map((option, index) => ({ option, index }));
  return (
    <div ref={list} id={`${id}-list`} role="listbox" aria-label={t('search.title')} className="palette-list">
      {[...Map.groupBy(numbered, ({ option }) => option.group)].map(([group, lines]) => (
        <div key={group} role="group" aria-labelledby={`${id}-${group}`}>
          <h3 id={`${id}-${group}`} role="presentation" className="palette-group">
            {t(group)}
          </h3>
          {lines.map(({ option, index }) => (
            // The field has the keys, for all of its options.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
            <div
              key={keyOf(option)}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              className="palette-option"
              onClick={() => onOpen(option)}
              onPointerMove={() => onPoint(index)}
            >
              <OptionText option={option} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

function keyOf(option: Option): string {
  return option.kind === 'action' ? option.action.id : option.found.node.id;
}

function OptionText({ option }: { option: Option }): ReactNode {
  if (option.kind === 'action') {
    const { icon, text, marks } = option.action;
    return (
      <>
        <Icon name={icon} />
        <span className="palette-name">
          <Marked text={text} marks={marks} />
        </span>
      </>
    );
  }
  return (
    <>
      <Icon name={foundIcons[typeOf(option.found)]} />
      <span className="palette-text">
        <bdi className="palette-name">
          <FoundName found={option.found} />
        </bdi>
        <bdi className="muted palette-more">
          <FoundMore found={option.found} />
        </bdi>
      </span>
    </>
  );
}
