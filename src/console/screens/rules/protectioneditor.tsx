import type { ReactNode } from 'react';
import { useChange } from '../../data/change.js';
import {
  protectionTried,
  setProtection,
  type ProtectionPreviewedFragment,
  type ProtectionQuery,
} from '../../operations/protection.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { Notice, ProblemNotice } from '../../ui/parts.js';
import { useToast } from '../../ui/toast.js';
import { useDraft, type Draft } from './draft.js';
import { Pattern, RemoveRule, SaveBar } from './parts.js';
import { ProtectionPreview } from './protectionpreview.js';
import { useTried } from './tried.js';
import { Unsaved } from './unsaved.js';

export interface ProtectionEditorProps {
  readonly registry: NonNullable<ProtectionQuery['registry']>;
  /** The tags that the saved rules protect; null: nobody is told. */
  readonly preview: ProtectionPreviewedFragment | null;
  readonly onSaved: () => void;
}

const mostRules = 100;

type ProtectionRule = ProtectionEditorProps['registry']['protection'][number];

/** The rules, as they are written, and what they would protect. */
export function ProtectionEditor({ registry, preview, onSaved }: ProtectionEditorProps): ReactNode {
  const { t } = useLanguage();
  const tell = useToast();
  const { id, name, viewerCanProtect } = registry;
  const draft = useDraft(registry.protection);
  const { isBusy, refusal, run } = useChange(setProtection);
  // An empty field names everything, as "*" does.
  const rules = draft.rules.map(({ repository, tag }) => ({ repository: repository || '*', tag: tag || '*' }));
  const tried = useTried({
    operation: protectionTried,
    variables: viewerCanProtect && draft.isChanged ? { registry: name, rules } : null,
    saved: preview,
    read: ({ protectionPreview }) => protectionPreview,
  });
  const save = async (): Promise<void> => {
    if (isBusy || (await run({ id, rules })) === null) return;
    tell(t('rules.saved'));
    onSaved();
  };
  const mayNot = viewerCanProtect ? undefined : t('protection.refused');
  return (
    <>
      <section className="rules-part" aria-labelledby="protection-rules">
        <h2 id="protection-rules">{t('rules.rules')}</h2>
        {refusal && <Notice tone="bad">{refusal.message}</Notice>}
        {draft.rows.length === 0 && <p className="muted">{t('protection.none')}</p>}
        <ProtectionRules draft={draft} refusal={mayNot} />
        <div className="rules-actions">
          <Action
            icon="plus"
            refusal={mayNot ?? (draft.rows.length < mostRules ? undefined : t('rules.most', { n: mostRules }))}
            onAct={() => draft.add({ repository: '*', tag: 'latest' })}
          >
            {t('rules.add')}
          </Action>
          <SaveBar isChanged={draft.isChanged} isBusy={isBusy} onSave={() => void save()} onReset={draft.reset} />
        </div>
      </section>
      {tried.problem && <ProblemNotice problem={tried.problem} retry={tried.renew} />}
      {tried.preview && <ProtectionPreview preview={tried.preview} isAsking={tried.isAsking} registry={name} />}
      <Unsaved isChanged={draft.isChanged} />
    </>
  );
}

interface ProtectionRulesProps {
  readonly draft: Draft<ProtectionRule>;
  /** Why they cannot be changed. */
  readonly refusal: string | undefined;
}

function ProtectionRules({ draft, refusal }: ProtectionRulesProps): ReactNode {
  const { t } = useLanguage();
  return (
    <ol className="rules-list">
      {draft.rows.map(({ key, rule }, at) => (
        <li key={key} className="rule">
          <Pattern
            label={t('rules.in')}
            value={rule.repository}
            isFixed={refusal !== undefined}
            onChange={(repository) => draft.change(key, { ...rule, repository })}
          />
          <Pattern
            label={t('rules.tags')}
            value={rule.tag}
            isFixed={refusal !== undefined}
            onChange={(tag) => draft.change(key, { ...rule, tag })}
          />
          <RemoveRule at={at} refusal={refusal} onRemove={() => draft.remove(key)} />
        </li>
      ))}
    </ol>
  );
}
