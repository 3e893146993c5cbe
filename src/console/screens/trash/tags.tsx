import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useChanges } from '../../data/live.js';
import type { Rows } from '../../data/rows.js';
import { nothing, toggleIn, type Selection } from '../../pure/selection.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { Grid } from '../../ui/grid/grid.js';
import { Empty, ProblemNotice } from '../../ui/parts.js';
import { SelectionBar } from '../../ui/selectionbar.js';
import { Choices, FilterField } from '../../ui/fields.js';
import { FacetGroup } from '../../ui/facetgroup.js';
import { useTrashColumns } from './columns.js';
import { readFormerKey, writeFormerKey } from './key.js';
import { Restoring } from './restoring.js';
import type { TrashSearch } from './search.js';
import { useFormerTags, type FormerTag } from './source.js';

/** Tags that are put back at once. */
const mostChosen = 200;

export interface FormerTagsProps {
  readonly search: TrashSearch;
  readonly names: readonly string[];
}

/** Tags that are gone, to be put back one or many at once. */
export function FormerTags({ search, names }: FormerTagsProps): ReactNode {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const change = (changed: Partial<TrashSearch>): void =>
    void navigate({ to: '/trash', search: { ...search, ...changed }, replace: true });
  const rows = useFormerTags(search);
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
      <div className="toolbar">
        <FilterField label={t('trash.filter')} value={search.q ?? ''} onChange={(q) => change({ q: q || undefined })} />
      </div>
      <div className="with-facets">
        <RegistryChoice chosen={search.registry ?? []} names={names} onChoose={(registry) => change({ registry })} />
        {rows.total === 0 && !rows.isAsking ? (
          <Empty title={t(search.q === undefined ? 'trash.empty' : 'trash.none')}>
            <p>{t(search.q === undefined ? 'trash.emptyText' : 'trash.noneText')}</p>
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

interface RegistryChoiceProps {
  readonly chosen: readonly string[];
  readonly names: readonly string[];
  /** undefined: all. */
  readonly onChoose: (registries: readonly string[] | undefined) => void;
}

function RegistryChoice({ chosen, names, onChoose }: RegistryChoiceProps): ReactNode {
  const { t } = useLanguage();
  return (
    <Choices label={t('repositories.registry')}>
      <FacetGroup
        title={t('repositories.registry')}
        isMany
        choices={names.map((value) => ({ value, isChosen: chosen.includes(value) }))}
        onChoose={(value) => onChoose(toggleIn(chosen, value))}
      />
    </Choices>
  );
}
