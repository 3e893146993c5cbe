import { useMemo, type ReactNode } from 'react';
import { useChange } from '../../data/change.js';
import {
  retentionTried,
  setRetention,
  type RetentionPreviewedFragment,
  type RetentionQuery,
} from '../../operations/retention.js';
import { fieldsOf, newRule, readRule, type RetentionFields, type RetentionRule } from '../../pure/retention.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { Notice, ProblemNotice } from '../../ui/parts.js';
import { useToast } from '../../ui/toast.js';
import { useDraft, type Draft } from './draft.js';
import { SaveBar } from './parts.js';
import { RetentionPreview } from './retentionpreview.js';
import { RetentionRow } from './retentionrow.js';
import { useTried } from './tried.js';
import { Unsaved } from './unsaved.js';

export interface RetentionEditorProps {
  readonly registry: NonNullable<RetentionQuery['registry']>;
  /** The tags that the saved rules let go; null: nobody is told. */
  readonly preview: RetentionPreviewedFragment | null;
  readonly onSaved: () => void;
}

const mostRules = 20;

/** The rules, as they are written, and what they would let go. */
export function RetentionEditor({ registry, preview, onSaved }: RetentionEditorProps): ReactNode {
  const { t } = useLanguage();
  const tell = useToast();
  const { id, name, viewerCanSetRetention, viewerCanApplyRetention } = registry;
  const draft = useDraft(useMemo(() => registry.retention.rules.map(fieldsOf), [registry.retention.rules]));
  const { isBusy, refusal, run } = useChange(setRetention);
  const read = draft.rules.map(readRule);
  const rules = read.filter((rule): rule is RetentionRule => rule !== null);
  const isWhole = rules.length === read.length;
  const isTried = viewerCanApplyRetention && isWhole && rules.length > 0;
  const tried = useTried({
    operation: retentionTried,
    variables: isTried && draft.isChanged ? { registry: name, rules } : null,
    saved: preview,
    read: ({ registryRetentionPreview }) => registryRetentionPreview,
  });
  const save = async (): Promise<void> => {
    if (isBusy || !isWhole || (await run({ id, rules })) === null) return;
    tell(t('rules.saved'));
    onSaved();
  };
  const mayNot = viewerCanSetRetention ? undefined : t('retention.refused');
  return (
    <>
      <section className="rules-part" aria-labelledby="retention-rules">
        <h2 id="retention-rules">{t('rules.rules')}</h2>
        {refusal && <Notice tone="bad">{refusal.message}</Notice>}
        {draft.rows.length === 0 && <p className="muted">{t('retention.none')}</p>}
        <RetentionRules draft={draft} refusal={mayNot} />
        <div className="rules-actions">
          <Action
            icon="plus"
            refusal={mayNot ?? (draft.rows.length < mostRules ? undefined : t('rules.most', { n: mostRules }))}
            onAct={() => draft.add(newRule)}
          >
            {t('rules.add')}
          </Action>
          <SaveBar
            isChanged={draft.isChanged}
            isBusy={isBusy || !isWhole}
            onSave={() => void save()}
            onReset={draft.reset}
          />
        </div>
      </section>
      {isTried && tried.problem && <ProblemNotice problem={tried.problem} retry={tried.renew} />}
      {isTried && tried.preview && (
        <RetentionPreview preview={tried.preview} registry={name} rules={rules} isAsking={tried.isAsking} />
      )}
      <Unsaved isChanged={draft.isChanged} />
    </>
  );
}

interface RetentionRulesProps {
  readonly draft: Draft<RetentionFields>;
  /** Why they cannot be changed. */
  readonly refusal: string | undefined;
}

function RetentionRules({ draft, refusal }: RetentionRulesProps): ReactNode {
  return (
    <ol className="rules-list">
      {draft.rows.map(({ key, rule }, at) => (
        <RetentionRow
          key={key}
          at={at}
          fields={rule}
          refusal={refusal}
          onChange={(fields) => draft.change(key, fields)}
          onRemove={() => draft.remove(key)}
        />
      ))}
    </ol>
  );
}
