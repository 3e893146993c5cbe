import type { ReactNode } from 'react';
import type { RegistriesQuery } from '../../operations/registries.js';
import { useLanguage } from '../../text/context.js';
import type { TextName } from '../../text/texts.js';
import { Icon, type IconName } from '../../ui/icon.js';

type Capabilities = NonNullable<RegistriesQuery['registries']>[number]['capabilities'];

interface Ability {
  readonly icon: IconName;
  readonly text: TextName;
  /** null: its answers have not told yet. */
  readonly read: (capabilities: Capabilities) => boolean | null;
}

const abilities: readonly Ability[] = [
  { icon: 'list', text: 'registries.can.catalog', read: ({ catalog }) => catalog },
  { icon: 'trash', text: 'registries.can.delete', read: ({ deleteManifest }) => deleteManifest },
  { icon: 'tag', text: 'registries.can.deleteTag', read: ({ deleteTag }) => deleteTag },
  { icon: 'layers', text: 'registries.can.referrers', read: ({ referrers }) => referrers },
  { icon: 'activity', text: 'registries.can.notifications', read: ({ notifications }) => notifications },
];

const answers = { yes: 'registries.yes', no: 'registries.no', open: 'unknown' } as const;

const nameOf = (state: boolean | null): keyof typeof answers => (state === null ? 'open' : state ? 'yes' : 'no');

/** The abilities of a registry, as pictures: struck through where it lacks one, dotted where nobody knows yet. */
export function AbilityMarks({ capabilities }: { capabilities: Capabilities }): ReactNode {
  const { t } = useLanguage();
  return (
    <span className="ability-marks">
      {abilities.map(({ icon, text, read }) => {
        const name = nameOf(read(capabilities));
        const label = `${t(text)}: ${t(answers[name])}`;
        return (
          <span key={text} role="img" aria-label={label} title={label} className={`ability ability-${name}`}>
            <Icon name={icon} />
          </span>
        );
      })}
    </span>
  );
}

/** The same as a list in words. */
export function AbilityList({ capabilities }: { capabilities: Capabilities }): ReactNode {
  const { t } = useLanguage();
  return (
    <dl className="registry-facts">
      {abilities.map(({ icon, text, read }) => {
        const name = nameOf(read(capabilities));
        return (
          <div key={text}>
            <dt>
              <Icon name={icon} />
              {t(text)}
            </dt>
            <dd className={name === 'yes' ? undefined : 'muted'}>{t(answers[name])}</dd>
          </div>
        );
      })}
    </dl>
  );
}
