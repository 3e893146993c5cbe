import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useOperation } from '../../data/query.js';
import { compare } from '../../operations/compare.js';
import { useLanguage } from '../../text/context.js';
import { Icon } from '../../ui/icon.js';
import { Empty, ProblemNotice } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';
import './compare.css';
import { Differences } from './differences.js';
import type { CompareSearch } from './search.js';
import { Side } from './side.js';

const route = getRouteApi('/compare');

/** Two images side by side, in whichever registries they are. */
export function Compare(): ReactNode {
  const { t } = useLanguage();
  const search = route.useSearch();
  const navigate = useNavigate();
  const { a = '', b = '' } = search;
  const isChosen = a !== '' && b !== '';
  const { data, problem, isAsking, renew } = useOperation(compare, isChosen ? { base: a, head: b } : null);
  useTitle(t('compare.title'));
  const change = (changed: Partial<CompareSearch>, replace = true): void =>
    void navigate({ to: '/compare', search: { ...search, ...changed }, replace });
  const found = isChosen ? (data?.compare ?? null) : null;
  return (
    <div className="screen">
      <header className="screen-head">
        <div>
          <h1>{t('compare.title')}</h1>
          <p className="muted">{t('compare.text')}</p>
        </div>
      </header>
      <div className="compare-sides">
        <Side
          label={t('compare.from')}
          value={a}
          image={found?.base ?? null}
          isNext={a === ''}
          onChoose={(value) => change({ a: value, platform: undefined }, false)}
        />
        <button
          type="button"
          className="icon-button"
          aria-label={t('compare.swap')}
          title={t('compare.swap')}
          onClick={() => change({ a: b, b: a })}
        >
          <Icon name="swap" />
        </button>
        <Side
          label={t('compare.to')}
          value={b}
          image={found?.head ?? null}
          isNext={a !== '' && b === ''}
          onChoose={(value) => change({ b: value, platform: undefined }, false)}
        />
      </div>
      {problem && isChosen && <ProblemNotice problem={problem} retry={renew} />}
      {!isChosen && (
        <Empty title={t('compare.choose')}>
          <p>{t('compare.chooseText')}</p>
        </Empty>
      )}
      {isChosen && !found && isAsking && <p role="status">{t('loading')}</p>}
      {found && <Differences found={found} search={search} onChange={change} isAsking={isAsking} />}
    </div>
  );
}
