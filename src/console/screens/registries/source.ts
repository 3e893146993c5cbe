import { useMemo } from 'react';
import { useGateway } from '../../data/context.js';
import type { RowSource } from '../../data/rows.js';
import { registries, type RegistriesQuery } from '../../operations/registries.js';

export type RegistryRow = NonNullable<RegistriesQuery['registries']>[number];

/** The gateway tells all registries at once: a part of the list is cut from these. */
export function useRegistrySource(q: string): RowSource<RegistryRow, null> {
  const gateway = useGateway();
  return useMemo(
    () => ({
      key: q,
      async load({ offset, first }, signal) {
        const { data, problem } = await gateway.ask(registries, {}, signal);
        if (!data?.registries) return { data: null, problem };
        const part = q.toLowerCase();
        const found = data.registries.filter(({ name, addr }) => `${name} ${addr}`.toLowerCase().includes(part));
        return { data: { rows: found.slice(offset, offset + first), total: found.length }, problem };
      },
    }),
    [gateway, q],
  );
}
