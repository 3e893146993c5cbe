import type { HTMLInputTypeAttribute, ReactNode } from 'react';
import { Field } from './fields.js';

export interface EntryProps {
  readonly label: string;
  /** By which the form reads it. */
  readonly name: string;
  readonly value?: string | undefined;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly type?: HTMLInputTypeAttribute;
  readonly isRequired?: boolean;
  /** At the most so many characters. */
  readonly most?: number;
  readonly autoComplete?: string;
  readonly placeholder?: string;
  /** Of numbers: the least and the greatest. */
  readonly range?: readonly [least: number, most: number];
}

/** One line of a form. */
export function Entry(props: EntryProps): ReactNode {
  const { label, name, value, hint, error, type = 'text', isRequired = false, most = 1000, range } = props;
  return (
    <Field label={label} error={error} {...(hint === undefined ? {} : { hint })}>
      {({ id, describedBy, isInvalid }) => (
        <input
          id={id}
          name={name}
          type={type}
          defaultValue={value}
          required={isRequired}
          maxLength={most}
          min={range?.[0]}
          max={range?.[1]}
          placeholder={props.placeholder}
          autoComplete={props.autoComplete ?? 'off'}
          autoCapitalize="none"
          spellCheck={false}
          aria-describedby={describedBy}
          aria-invalid={isInvalid}
        />
      )}
    </Field>
  );
}

/** Several lines of a form: a certificate, or a name on each. */
export function Lines({ label, name, value, hint, error }: EntryProps): ReactNode {
  return (
    <Field label={label} error={error} {...(hint === undefined ? {} : { hint })}>
      {({ id, describedBy, isInvalid }) => (
        <textarea
          id={id}
          name={name}
          rows={4}
          defaultValue={value}
          maxLength={100_000}
          spellCheck={false}
          autoCapitalize="none"
          aria-describedby={describedBy}
          aria-invalid={isInvalid}
        />
      )}
    </Field>
  );
}

/** Something that is so or not so. */
export function Tick({ label, name, isOn }: { label: string; name: string; isOn: boolean }): ReactNode {
  return (
    <label className="facet-choice">
      <input type="checkbox" name={name} value="on" defaultChecked={isOn} />
      <span>{label}</span>
    </label>
  );
}

/** The lines of a text, without empty ones. */
export function readLines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
