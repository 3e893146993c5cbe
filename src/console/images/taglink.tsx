import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

export interface TagLinkProps {
  readonly name: string;
  readonly repository: { readonly name: string; readonly registry: { readonly name: string } };
}

/** Leads to a tag, by its whole name. */
export function TagLink({ name, repository }: TagLinkProps): ReactNode {
  const { registry } = repository;
  return (
    <Link
      to="/t/$registry/$"
      params={{ registry: registry.name, _splat: `${repository.name}:${name}` }}
      className="name"
    >
      <bdi className="muted">{registry.name} / </bdi>
      <bdi>{repository.name}</bdi>:<bdi>{name}</bdi>
    </Link>
  );
}
