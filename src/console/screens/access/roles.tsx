import type { ReactNode } from 'react';
import type { Role } from '../../operations/access.js';
import { useLanguage } from '../../text/context.js';
import { Badge } from '../../ui/parts.js';

export const roleNames = ['ADMIN', 'REGISTRIES_WRITE', 'REGISTRIES_READ'] as const;

/** Roles in words. */
export function Roles({ roles }: { roles: readonly Role[] }): ReactNode {
  const { t } = useLanguage();
  if (roles.length === 0) return <span className="muted">{t('access.role.none')}</span>;
  return roles.map((role) => (
    <Badge key={role} tone={role === 'ADMIN' ? 'info' : 'quiet'}>
      {t(`access.role.${role}`)}
    </Badge>
  ));
}
