import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useChanges } from '../../data/live.js';
import { useOperation } from '../../data/query.js';
import { registry, type RegistryDetailsFragment } from '../../operations/registry.js';
import { useLanguage } from '../../text/context.js';
import { Badge, Copy, Empty, Notice, ProblemNotice, Time } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';
import { AbilityList } from './abilities.js';
import { Connection } from './connection.js';
import { HealthText } from './health.js';
import { RegistryActions } from './registryactions.js';
import './registries.css';

const route = getRouteApi('/registries/$registry');

/** One registry: how it is, what it holds, how it is asked, and what can be done with it. */
export function Registry(): ReactNode {
  const { t } = useLanguage();
  const { registry: name } = route.useParams();
  const { data, problem, renew } = useOperation(registry, { name });
  useChanges(({ registryName }) => registryName === name, renew);
  useTitle(name);
  const known = data?.registry ?? null;
  const shown = known !== null && [known.name, known.id].includes(name) ? known : null;
  if (shown === null && problem?.code === 'NOT_FOUND')
    return (
      <Empty isWhole title={t('registry.gone', { name })}>
        <p>{t('registry.goneText')}</p>
        <Link to="/registries" className="button">
          {t('registries.title')}
        </Link>
      </Empty>
    );
  return (
    <div className="screen registry">
      <header className="screen-head">
        <div>
          <nav aria-label={t('registry.way')}>
            <ol className="crumbs">
              <li>
                <Link to="/registries">{t('registries.title')}</Link>
              </li>
            </ol>
          </nav>
          <h1>
            <bdi>{name}</bdi> {shown?.readOnly && <Badge>{t('registries.readOnly')}</Badge>}
          </h1>
          {shown && (
            <p className="reference muted">
              <bdi>{shown.addr}</bdi>
              <Copy text={shown.addr} label={t('registry.addr')} />
            </p>
          )}
        </div>
        {shown && <RegistryActions registry={shown} onChanged={renew} />}
      </header>
      {problem && <ProblemNotice problem={problem} retry={renew} />}
      {shown && <Details registry={shown} />}
      {shown === null && problem === null && <p className="muted">{t('loading')}</p>}
    </div>
  );
}

function Details({ registry }: { registry: RegistryDetailsFragment }): ReactNode {
  const { t } = useLanguage();
  return (
    <>
      <State registry={registry} />
      <Numbers registry={registry} />
      <div className="registry-parts">
        <section className="registry-part" aria-labelledby="registry-can">
          <h2 id="registry-can">{t('registries.can')}</h2>
          <AbilityList capabilities={registry.capabilities} />
          <h2>{t('registry.rules')}</h2>
          <Rules registry={registry} />
        </section>
        <section className="registry-part" aria-labelledby="registry-connection">
          <h2 id="registry-connection">{t('registry.connection')}</h2>
          <Connection registry={registry} />
        </section>
      </div>
    </>
  );
}

/** A notice of what is wrong, or under way. */
function State({ registry }: { registry: RegistryDetailsFragment }): ReactNode {
  const { t, formats } = useLanguage();
  const { freshness, repositoryCount, tagCount, droppedNames, droppedNameExamples } = registry;
  const { state, lastError } = freshness;
  const isWrong = state === 'UNREACHABLE' || state === 'RATE_LIMITED' || (lastError !== null && state !== 'FRESH');
  return (
    <>
      {(state === 'INDEXING' || state === 'NEVER_INDEXED') && !isWrong && (
        <Notice tone="info" icon="refresh">
          {t('registry.indexing', { n: repositoryCount, tags: tagCount })}
        </Notice>
      )}
      {isWrong && (
        <Notice tone={state === 'UNREACHABLE' ? 'bad' : 'warn'}>
          {lastError ? <bdi>{lastError.message}</bdi> : t('health.limited')}{' '}
          {lastError && <small className="muted">{formats.moment(lastError.at)}</small>}
        </Notice>
      )}
      {droppedNames > 0 && (
        <Notice tone="warn">
          {t('registry.dropped', { n: droppedNames })} <bdi>{formats.list(droppedNameExamples)}</bdi>
        </Notice>
      )}
    </>
  );
}

function Numbers({ registry }: { registry: RegistryDetailsFragment }): ReactNode {
  const { t, formats } = useLanguage();
  return (
    <dl className="facts registry-numbers">
      <div>
        <dt>{t('registries.health')}</dt>
        <dd>
          <HealthText {...registry} />
        </dd>
      </div>
      <div>
        <dt>{t('registries.read')}</dt>
        <dd>
          <Time at={registry.freshness.confirmedAt} />
        </dd>
      </div>
      <div>
        <dt>{t('registries.repositories')}</dt>
        <dd>
          <Link to="/repositories" search={{ registry: [registry.name] }} className="registry-link">
            {formats.count(registry.repositoryCount)}
          </Link>
        </dd>
      </div>
      <div>
        <dt>{t('registries.tags')}</dt>
        <dd>{formats.count(registry.tagCount)}</dd>
      </div>
      <div>
        <dt>{t('registries.size')}</dt>
        <dd>{formats.bytes(registry.size)}</dd>
      </div>
      <div>
        <dt title={t('registry.requestsHint')}>{t('registry.requests')}</dt>
        <dd>{formats.count(registry.upstreamRequests)}</dd>
      </div>
    </dl>
  );
}

/** The ways to the rules that hold for it. */
function Rules({ registry: { name, protection, retention } }: { registry: RegistryDetailsFragment }): ReactNode {
  const { t } = useLanguage();
  return (
    <dl className="registry-facts">
      <div>
        <dt>{t('protection.title')}</dt>
        <dd>
          <Link to="/protection" search={{ registry: name }} className="registry-link">
            {t('registry.ruleCount', { n: protection.length })}
          </Link>
        </dd>
      </div>
      <div>
        <dt>{t('retention.title')}</dt>
        <dd>
          <Link to="/retention" search={{ registry: name }} className="registry-link">
            {t('registry.ruleCount', { n: retention.rules.length })}
          </Link>
        </dd>
      </div>
    </dl>
  );
}
