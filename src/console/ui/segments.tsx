import { useId, type ReactNode } from 'react';
import { Select } from './fields.js';

export interface Segment {
  readonly value: string;
  readonly label: string;
  readonly note?: string | undefined;
}

export interface SegmentsProps {
  readonly label: string;
  readonly segments: readonly Segment[];
  readonly chosen: string;
  readonly onChoose: (value: string) => void;
}

/** So many stand side by side; more are a list to choose from. */
const most = 10;

/** One of a few, all of them in sight. */
export function Segments({ label, segments, chosen, onChoose }: SegmentsProps): ReactNode {
  const id = useId();
  if (segments.length > most) {
    const choices = segments.map((one) => ({
      value: one.value,
      label: one.note === undefined ? one.label : `${one.label}, ${one.note}`,
    }));
    return <Select label={label} value={chosen} choices={choices} onChange={onChoose} />;
  }
  return (
    <fieldset className="segments">
      <legend className="hidden">{label}</legend>
      {segments.map(({ value, label, note }) => (
        <label key={value} className="segment">
          <input type="radio" name={id} checked={value === chosen} onChange={() => onChoose(value)} />
          <bdi>{label}</bdi>
          {note !== undefined && <span className="muted">{note}</span>}
        </label>
      ))}
    </fieldset>
  );
}
