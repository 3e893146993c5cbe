import { useId, type ReactNode } from 'react';
import { useLanguage } from '../../text/context.js';
import { Icon } from '../../ui/icon.js';

export interface PatternProps {
  readonly label: string;
  readonly value: string;
  /** It may be read and not changed. */
  readonly isFixed: boolean;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
}

/** A word of a rule's sentence, and a field beside it. */
export function Pattern({ label, value, isFixed, onChange, placeholder = '*' }: PatternProps): ReactNode {
  const id = useId();
  return (
    <span className="rule-word">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={value}
        readOnly={isFixed}
        placeholder={placeholder}
        maxLength={300}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
    </span>
  );
}

export interface RemoveRuleProps {
  /** Its place, from 0 on. */
  readonly at: number;
  readonly refusal: string | undefined;
  readonly onRemove: () => void;
}

export function RemoveRule({ at, refusal, onRemove }: RemoveRuleProps): ReactNode {
  const { t } = useLanguage();
  const label = t('rules.remove', { n: at + 1 });
  return (
    <button
      type="button"
      className="icon-button rule-remove"
      aria-label={label}
      title={refusal ?? label}
      aria-disabled={refusal !== undefined}
      onClick={() => {
        if (refusal === undefined) onRemove();
      }}
    >
      <Icon name="close" />
    </button>
  );
}

export interface SaveBarProps {
  readonly isChanged: boolean;
  readonly isBusy: boolean;
  readonly onSave: () => void;
  readonly onReset: () => void;
}

/** The buttons for changes; nothing is there without any. */
export function SaveBar({ isChanged, isBusy, onSave, onReset }: SaveBarProps): ReactNode {
  const { t } = useLanguage();
  return (
    <span className="rules-save">
      <span className="muted" role="status">
        {isChanged ? t('rules.changed') : ''}
      </span>
      {isChanged && (
        <>
          <button type="button" className="button" onClick={onReset}>
            {t('rules.reset')}
          </button>
          <button type="button" className="button button-primary" disabled={isBusy} onClick={onSave}>
            {t('registry.save')}
          </button>
        </>
      )}
    </span>
  );
}
