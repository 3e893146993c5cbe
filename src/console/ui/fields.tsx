import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { Icon } from './icon.js';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly onChange: (value: string) => void;
  /** The label is for screen readers alone: the choices say it. */
  readonly isLabelHidden?: boolean;
}

export function Select({ label, value, choices, onChange, isLabelHidden = false }: SelectProps): ReactNode {
  return (
    <label className="select">
      <span className={isLabelHidden ? 'hidden' : 'muted'}>{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** How long nobody types before what was typed is looked for. */
const pause = 150;

export interface FilterFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A field whose text narrows a list once nobody types; `/` leads to it, Escape empties it. */
export function FilterField({ label, value, onChange }: FilterFieldProps): ReactNode {
  const [text, setText] = useState(value);
  const told = useRef(value);
  const tell = useRef(onChange);
  tell.current = onChange;
  // Another address, as by the browser's way back, says another text.
  if (value !== told.current) {
    told.current = value;
    setText(value);
  }
  useEffect(() => {
    if (text === told.current) return;
    const timer = setTimeout(() => {
      told.current = text;
      tell.current(text);
    }, pause);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <label className="filter-field">
      <Icon name="search" />
      <span className="hidden">{label}</span>
      <input
        type="search"
        data-filter
        value={text}
        placeholder={label}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText('');
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </label>
  );
}

export interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly children: (ids: { id: string; describedBy: string | undefined; isInvalid: boolean }) => ReactNode;
}

/** A label, a control, a hint, and what is wrong with what was entered. */
export function Field({ label, hint, error, children }: FieldProps): ReactNode {
  const id = useId();
  const isInvalid = error !== undefined;
  const describedBy = isInvalid ? `${id}-error` : hint === undefined ? undefined : `${id}-hint`;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, describedBy, isInvalid })}
      {hint !== undefined && !isInvalid && (
        <small id={`${id}-hint`} className="muted">
          {hint}
        </small>
      )}
      {isInvalid && (
        <small id={`${id}-error`} className="field-error" role="alert">
          <bdi>{error}</bdi>
        </small>
      )}
    </div>
  );
}

/** The facets of a list, beside it; on narrow screens it opens above it. */
export function Choices({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <details className="choices" open={matchMedia('(min-width: 1000px)').matches}>
      <summary>{label}</summary>
      <div className="choices-body">{children}</div>
    </details>
  );
}
