import { useId, type ReactNode } from 'react';
import { useLanguage } from '../text/context.js';

export interface FacetChoice {
  readonly value: string;
  /** The value's own text when absent. */
  readonly label?: string;
  /** How many would be left; undefined: not counted. */
  readonly count?: number;
  readonly mark?: ReactNode;
  readonly isChosen: boolean;
}

export interface FacetGroupProps {
  readonly title: string;
  readonly choices: readonly FacetChoice[];
  readonly onChoose: (value: string) => void;
  /** More than one can be chosen. */
  readonly isMany?: boolean;
}

/** Values that a list can be narrowed to. A chosen one is no longer chosen when it is chosen again. */
export function FacetGroup({ title, choices, onChoose, isMany = false }: FacetGroupProps): ReactNode {
  const { formats } = useLanguage();
  const id = useId();
  if (choices.length === 0) return null;
  return (
    <fieldset className="facet">
      <legend>{title}</legend>
      {choices.map(({ value, label, count, mark, isChosen }) => (
        <label key={value} className="facet-choice" title={label ?? value}>
          <input
            type={isMany ? 'checkbox' : 'radio'}
            name={id}
            checked={isChosen}
            onChange={() => onChoose(value)}
            onClick={() => {
              // A radio button says nothing when it is clicked again.
              if (!isMany && isChosen) onChoose(value);
            }}
          />
          {mark}
          <bdi>{label ?? value}</bdi>
          {count !== undefined && <span className="muted">{formats.count(count)}</span>}
        </label>
      ))}
    </fieldset>
  );
}
