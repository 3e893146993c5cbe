import { useEffect, useId, useState, type FormEvent, type ReactNode } from 'react';
import { useOperation } from '../../data/query.js';
import { tagsNamed, type SideFragment } from '../../operations/compare.js';
import { shortDigest } from '../../pure/name.js';
import { printTag } from '../../pure/reference.js';
import { useLanguage } from '../../text/context.js';
import { Time } from '../../ui/parts.js';

export interface SideProps {
  readonly label: string;
  readonly value: string;
  readonly onChoose: (value: string) => void;
  /** The side's image; null: not known yet. */
  readonly image: SideFragment | null;
  /** It is the one that is still to be chosen. */
  readonly isNext: boolean;
}

/** One side of a comparison, and the field that chooses another. */
export function Side({ label, value, onChoose, image, isNext }: SideProps): ReactNode {
  const { t, formats } = useLanguage();
  const id = useId();
  const [text, setText] = useState(value);
  const [told, setTold] = useState(value);
  // Another address, as by the browser's way back, says another side.
  if (value !== told) {
    setTold(value);
    setText(value);
  }
  const tags = useTagsNamed(text === value ? '' : text);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onChoose(text.trim());
  };
  return (
    <form className="compare-side" onSubmit={submit}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="text"
        list={`${id}-tags`}
        value={text}
        placeholder={t('compare.placeholder')}
        maxLength={600}
        autoComplete="off"
        spellCheck={false}
        // The screen has one thing to do first: to choose this side.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus={isNext}
        onChange={(event) => {
          setText(event.target.value);
          if (tags.includes(event.target.value)) onChoose(event.target.value);
        }}
        onBlur={() => {
          if (tags.includes(text)) onChoose(text);
        }}
      />
      <datalist id={`${id}-tags`}>
        {tags.map((tag) => (
          <option key={tag} value={tag}>
            {tag}
          </option>
        ))}
      </datalist>
      <p className="muted compare-side-facts">
        {image && value !== '' ? (
          <>
            <code title={image.digest ?? undefined}>{shortDigest(image.digest)}</code>
            {` · ${formats.bytes(image.size)} · `}
            <Time at={image.createdAt} />
          </>
        ) : (
          t('compare.hint')
        )}
      </p>
    </form>
  );
}

/** How long nobody types before tags are looked for: milliseconds. */
const pause = 150;

function useTagsNamed(text: string): readonly string[] {
  const [query, setQuery] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setQuery(text.trim().slice(0, 255) || null), pause);
    return () => clearTimeout(timer);
  }, [text]);
  const { data } = useOperation(tagsNamed, query === null ? null : { query });
  return (data?.search?.nodes ?? []).flatMap((node) =>
    'repository' in node && node.repository
      ? [printTag({ registry: node.repository.registry.name, repository: node.repository.name, tag: node.name })]
      : [],
  );
}
