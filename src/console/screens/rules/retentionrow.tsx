import type { ReactNode } from 'react';
import { readRule, type RetentionFields } from '../../pure/retention.js';
import { useLanguage } from '../../text/context.js';
import { Pattern, RemoveRule } from './parts.js';
import { sayRule } from './sentence.js';

export interface RetentionRowProps {
  /** Its place, from 0 on. */
  readonly at: number;
  readonly fields: RetentionFields;
  /** Why it cannot be changed. */
  readonly refusal: string | undefined;
  readonly onChange: (fields: RetentionFields) => void;
  readonly onRemove: () => void;
}

const words = [
  ['repository', 'rules.in', 'team/*'],
  ['tags', 'rules.tags', '*'],
  ['keepLast', 'retention.last', '–'],
  ['keepYoungerThan', 'retention.younger', '–'],
  ['keepSemver', 'retention.versions', '>=2'],
  ['keepMatching', 'retention.named', 'v* latest'],
] as const;

/** A rule as the sentence that it is, and as fields. */
export function RetentionRow({ at, fields, refusal, onChange, onRemove }: RetentionRowProps): ReactNode {
  const { t, formats } = useLanguage();
  const rule = readRule(fields);
  return (
    <li className="rule rule-retention">
      <p className={rule === null ? 'muted' : undefined}>
        <bdi>{rule === null ? t('retention.partial') : sayRule(rule, t, formats)}</bdi>
      </p>
      {words.map(([name, label, placeholder]) => (
        <Pattern
          key={name}
          label={t(label)}
          value={fields[name]}
          isFixed={refusal !== undefined}
          placeholder={placeholder}
          onChange={(value) => onChange({ ...fields, [name]: value })}
        />
      ))}
      <RemoveRule at={at} refusal={refusal} onRemove={onRemove} />
    </li>
  );
}
