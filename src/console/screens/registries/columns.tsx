import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useLanguage } from '../../text/context.js';
import type { Column } from '../../ui/grid/types.js';
import { Badge, Time } from '../../ui/parts.js';
import { AbilityMarks } from './abilities.js';
import { HealthText } from './health.js';
import type { RegistryRow } from './source.js';

export function useRegistryColumns(): readonly Column<RegistryRow>[] {
  const { t, formats } = useLanguage();
  return useMemo(
    () => [
      {
        id: 'name',
        title: t('registries.name'),
        cell: ({ name, addr, readOnly }) => (
          <span className="two-lines">
            <span>
              <Link to="/registries/$registry" params={{ registry: name }} tabIndex={-1}>
                <bdi className="name">{name}</bdi>
              </Link>{' '}
              {readOnly && <Badge>{t('registries.readOnly')}</Badge>}
            </span>
            <small className="muted registries-addr">
              <bdi>{addr}</bdi>
            </small>
          </span>
        ),
      },
      { id: 'health', title: t('registries.health'), cell: (row) => <HealthText {...row} /> },
      {
        id: 'read',
        title: t('registries.read'),
        hint: t('registries.readHint'),
        cell: ({ freshness }) => <Time at={freshness.confirmedAt} />,
      },
      {
        id: 'can',
        title: t('registries.can'),
        cell: ({ capabilities }) => <AbilityMarks capabilities={capabilities} />,
      },
      {
        id: 'repositories',
        title: t('registries.repositories'),
        isNumber: true,
        cell: ({ repositoryCount }) => formats.count(repositoryCount),
      },
      { id: 'tags', title: t('registries.tags'), isNumber: true, cell: ({ tagCount }) => formats.count(tagCount) },
      { id: 'size', title: t('registries.size'), isNumber: true, cell: ({ size }) => formats.bytes(size) },
    ],
    [t, formats],
  );
}
