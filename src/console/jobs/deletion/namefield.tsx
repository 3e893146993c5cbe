import type { ReactNode } from 'react';
import { useLanguage } from '../../text/context.js';
import { Field } from '../../ui/fields.js';

export interface NameFieldProps {
  readonly repository: string;
  readonly typed: string;
  readonly onType: (text: string) => void;
  readonly onSubmit: () => void;
}

/** Asks for the repository's name, so that nothing large goes by a slip of the hand. */
export function NameField({ repository, typed, onType, onSubmit }: NameFieldProps): ReactNode {
  const { t } = useLanguage();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <Field label={t('deletion.typeName')} hint={repository}>
        {({ id, describedBy }) => (
          <input
            id={id}
            aria-describedby={describedBy}
            value={typed}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={300}
            onChange={(event) => onType(event.target.value)}
          />
        )}
      </Field>
    </form>
  );
}
