import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useChanges } from '../../data/live.js';
import type { Rows } from '../../data/rows.js';
import { nothing, type Selection } from '../../pure/selection.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { Grid } from '../../ui/grid/grid.js';
import { Empty, ProblemNotice } from '../../ui/parts.js';
import { SelectionBar } from '../../ui/selectionbar.js';
import { Choices } from '../../ui/fields.js';
import { FacetGroup } from '../../ui/facetgroup.js';
import { useTrashColumns } from './columns.js';
import { readFormerKey, writeFormerKey } from './key.js';
import { Restoring } from './restoring.js';
import { useFormerTags, type FormerTag } from './source.js';

/** Tags that are put back at once. */
const mostChosen = 200;

export interface FormerTagsProps {
  /** undefined: all. */
  readonly registries: readonly string[] | undefined;
  readonly names: readonly string[];
}

/** Tags that are gone, to be put back one or many at once. */
export function FormerTags({ registries, names }: FormerTagsProps): ReactNode {
  const { t } = useLanguage();
  const rows = useFormerTags(registries);
  useChanges(({ kind }) => kind !== 'TAG_MOVED', rows.renew);
  const [selection, setSelection] = useState<Selection>(nothing);
  const [restoring, setRestoring] = useState<readonly string[] | null>(null);
  const columns = useTrashColumns((row) => setRestoring([writeFormerKey(row)]));
  const keys = selection.mode === 'some' ? [...selection.keys] : [];
  const choose = (chosen: Selection): void =>
    setSelection(chosen.mode === 'all' ? { mode: 'some', keys: new Set(readKeys(rows)) } : chosen);
  return (
    <>
      {rows.problem && <ProblemNotice problem={rows.problem} retry={rows.renew} />}
      <div className="with-facets">
        <RegistryChoice registries={registries ?? []} names={names} />
        {rows.total === 0 && !rows.isAsking ? (
          <Empty title={t('trash.empty')}>
            <p>{t('trash.emptyText')}</p>
          </Empty>
        ) : (
          <Grid
            label={t('trash.tags')}
            name="trash"
            columns={columns}
            rows={rows}
            keyOf={writeFormerKey}
            onOpen={(row) => setRestoring([writeFormerKey(row)])}
            choosing={{
              selection,
              onChange: choose,
              labelOf: (key) => t('repository.select', { tag: readFormerKey(key).tag }),
              onDelete: () => undefined,
            }}
          />
        )}
      </div>
      <ChosenTags keys={keys} onClear={() => setSelection(nothing)} onRestore={() => setRestoring(keys)} />
      {restoring && (
        <Restoring
          keys={restoring}
          onClose={() => {
            setRestoring(null);
            setSelection(nothing);
            rows.renew();
          }}
        />
      )}
    </>
  );
}

interface ChosenTagsProps {
  readonly keys: readonly string[];
  readonly onClear: () => void;
  readonly onRestore: () => void;
}

function ChosenTags({ keys, onClear, onRestore }: ChosenTagsProps): ReactNode {
  const { t } = useLanguage();
  return (
    <SelectionBar selection={{ mode: 'some', keys: new Set(keys) }} total={keys.length} onClear={onClear}>
      <Action
        tone="primary"
        icon="undo"
        refusal={keys.length > mostChosen ? t('trash.tooMany', { n: mostChosen }) : undefined}
        onAct={onRestore}
      >
        {t('trash.restoreMany', { n: keys.length })}
      </Action>
    </SelectionBar>
  );
}

/** The rows that are there, as far as they can be put back at once. */
function readKeys(rows: Rows<FormerTag, null>): string[] {
  const count = Math.min(rows.total ?? 0, mostChosen);
  return Array.from({ length: count }, (_, at) => rows.rowAt(at)).flatMap((row) => (row ? [writeFormerKey(row)] : []));
}

function RegistryChoice({ registries, names }: { registries: readonly string[]; names: readonly string[] }): ReactNode {
  const { t } = useLanguage();
  const navigate = useNavigate();
  return (
    <Choices label={t('repositories.registry')}>
      <FacetGroup
        title={t('repositories.registry')}
        isMany
        choices={names.map((value) => ({ value, isChosen: registries.includes(value) }))}
        onChoose={(value) => {
          const some = registries.includes(value) ? registries.filter((one) => one !== value) : [...registries, value];
          void navigate({ to: '/trash', search: { registry: some.length > 0 ? some : undefined }, replace: true });
        }}
      />
    </Choices>
  );
}
